import { describe, expect, it } from "vitest";
import { includedBy, serversOf } from "../../conf/supervisord";

describe("where supervisord takes programs from", () => {
  const path = "/etc/supervisor/supervisord.conf";
  it.each<[string, { directory: string; suffix: string } | undefined]>([
    ["files = /etc/supervisor/conf.d/*.conf", { directory: "/etc/supervisor/conf.d", suffix: ".conf" }],
    ["files = /etc/supervisord.d/*.ini", { directory: "/etc/supervisord.d", suffix: ".ini" }],
    ["files: supervisord.d/*.ini ; Red Hat's", { directory: "/etc/supervisor/supervisord.d", suffix: ".ini" }],
    ["files = conf.d/*.ini /other/*.conf", { directory: "/etc/supervisor/conf.d", suffix: ".ini" }],
    ["files = /one.conf\n  /etc/two.d/*.conf", { directory: "/etc/two.d", suffix: ".conf" }],
    ["files = %(here)s/x/*.conf", { directory: "/etc/supervisor/x", suffix: ".conf" }],
    ["files = *.conf", { directory: "/etc/supervisor", suffix: ".conf" }],
    ["files = conf.d/*", { directory: "/etc/supervisor/conf.d", suffix: ".conf" }],
    ["files = conf.d/*.supervisor.conf", { directory: "/etc/supervisor/conf.d", suffix: ".supervisor.conf" }],
    ["files = /50%%/*.conf", { directory: "/50%", suffix: ".conf" }],
    ["files = a.conf\nfiles = b/*.conf", { directory: "/etc/supervisor/b", suffix: ".conf" }],
    ["files = /srv/*/app.conf /x/a*.conf /x/?*.conf", undefined],
    ["files = %(ENV_CONF)s/*.conf", undefined],
    ["files = /etc/one.conf", undefined],
    [";files = conf.d/*.conf", undefined],
  ])("%j", (line, expected) => expect(includedBy(`[supervisord]\n[include]\n${line}\n`, path)).toEqual(expected));

  it("is nowhere without [include]", () =>
    expect(includedBy("[supervisord]\nfiles=/x/*.conf\n", path)).toBeUndefined());
});

describe("the doors of a supervisord", () => {
  const debian = `; supervisor config file
[unix_http_server]
file=/var/run/supervisor.sock   ; (the path to the socket file)
chmod=0700                       ; sockef file mode (default 0700)

[supervisord]
`;
  it.each<[string, string, ReturnType<typeof serversOf>]>([
    ["Debian's", debian, [{ url: "unix:///var/run/supervisor.sock" }]],
    [
      "a socket with a password",
      "[unix_http_server]\nfile=%(here)s/s.sock\nusername=ann\npassword=50%%#x\n",
      [{ url: "unix:///etc/s.sock", username: "ann", password: "50%#x" }],
    ],
    [
      "a hashed one",
      "[inet_http_server]\nport=127.0.0.1:9001\nusername=ann\npassword={SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d\n",
      [{ url: "http://127.0.0.1:9001", username: "ann" }],
    ],
    [
      "ports and sockets",
      "[inet_http_server:a]\nport=*:9001\n[inet_http_server:b]\nport=9002\n[inet_http_server:c]\nport=db:9003\n[unix_http_server]\nfile=/s\n",
      [
        { url: "unix:///s" },
        { url: "http://127.0.0.1:9001" },
        { url: "http://127.0.0.1:9002" },
        { url: "http://db:9003" },
      ],
    ],
    ["one that only the host knows", "[unix_http_server]\nfile=%(ENV_RUN)s/s\n", []],
    ["none", "[supervisord]\n", []],
  ])("%s", (_, text, expected) => expect(serversOf(text, "/etc/supervisord.conf")).toEqual(expected));
});
