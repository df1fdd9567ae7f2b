import { describe, expect, it } from "vitest";
import { entry, temporary } from "../../provider/commands/files";
import { checkout } from "../../provider/commands/git";
import { software } from "../../provider/commands/packages";
import { account } from "../../provider/commands/users";
import { environment } from "../../provider/commands/venv";

const said = (stdout: string, exitCode = 0) => ({ exitCode, stdout, stderr: "" });

describe("facts read real output", () => {
  it.each<[string, unknown, unknown]>([
    [
      "a file",
      entry("/x").parse(said("file 0644 root shop\nline 1\nline 2\n")),
      { kind: "file", mode: "0644", owner: "root", group: "shop", content: "line 1\nline 2\n" },
    ],
    [
      "an empty file",
      entry("/x").parse(said("file 0600 root root\n")),
      { kind: "file", mode: "0600", owner: "root", group: "root", content: "" },
    ],
    ["a link", entry("/x").parse(said("link /opt/a b")), { kind: "link", target: "/opt/a b" }],
    ["a directory", entry("/x").parse(said("other directory\n")), { kind: "other", what: "directory" }],
    ["nothing", entry("/x").parse(said("absent\n")), undefined],
    [
      "a checkout",
      checkout("/x", "c").parse(said("owner shop\nrepository https://e/a.git\ncommit yes\nours yes\nactive no\n")),
      { kind: "checkout", owner: "shop", repository: "https://e/a.git", hasCommit: true, ours: true, active: false },
    ],
    ["no checkout", checkout("/x", "c").parse(said("absent\n")), undefined],
    ["something in its way", checkout("/x", "c").parse(said("other a file\n")), { kind: "other", what: "a file" }],
    ["an environment", environment("/v").parse(said("d1\nsum  -\nsum  -\n")), { digest: "d1", intact: true }],
    ["one that was changed", environment("/v").parse(said("d1\nsum  -\nother  -\n")), { digest: "d1", intact: false }],
    ["no environment", environment("/v").parse(said("", 2)), undefined],
    [
      "an account",
      account("shop", "/h").parse(said("shop:x:995:995::/h:/usr/sbin/nologin\nshop\n")),
      { uid: 995, homeOwner: "shop" },
    ],
    ["an account without its home", account("shop", "/h").parse(said("shop:x:995:995::/h:/bin/sh\n")), { uid: 995 }],
    ["no account", account("shop", "/h").parse(said("", 2)), undefined],
    [
      "the software of a host",
      software(["git", "supervisor"]).parse(
        said(
          "installed git supervisor \nsupervisorctl 0\n| 4.2.5\npython 3.11.2\nconf\n[include]\nfiles = /etc/supervisor/conf.d/*.conf\n",
        ),
      ),
      {
        installed: ["git", "supervisor"],
        answering: true,
        supervisor: "4.2.5",
        python: "3.11.2",
        confDirectory: "/etc/supervisor/conf.d",
        confSuffix: ".conf",
      },
    ],
    [
      "a bare host",
      software(["git"]).parse(
        said("installed \nsupervisorctl 127\n| sh: 1: supervisorctl: not found\npython \nconf\n"),
      ),
      { installed: [], answering: false, trouble: "not installed" },
    ],
    [
      "a supervisorctl that warns before it answers",
      software([]).parse(
        said(
          "installed \nsupervisorctl 0\n| /usr/x.py:13: UserWarning: pkg_resources is deprecated\n|   import pkg_resources\n| 4.2.5\npython 3.12.1\nconf\n",
        ),
      ),
      { installed: [], answering: true, supervisor: "4.2.5", python: "3.12.1" },
    ],
    [
      "a supervisord that is down",
      software([]).parse(
        said("installed \nsupervisorctl 7\n| unix:///run/supervisor.sock no such file\npython 3.11.2\nconf\n"),
      ),
      { installed: [], answering: false, trouble: "no socket", python: "3.11.2" },
    ],
    [
      "one that we may not ask",
      software([]).parse(
        said("installed \nsupervisorctl 1\n| error: <class 'PermissionError'>, [Errno 13] x\npython 3.11.2\nconf\n"),
      ),
      { installed: [], answering: false, trouble: "no permission", python: "3.11.2" },
    ],
  ])("%s", (_, parsed, expected) => expect(parsed).toEqual(expected));
});

it("a file waits beside its place under a name that no pattern matches", () => {
  expect(temporary("/etc/supervisor/conf.d/shop.conf")).toBe("/etc/supervisor/conf.d/.shop.conf.new");
});
