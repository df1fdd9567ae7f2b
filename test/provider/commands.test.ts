import { describe, expect, it } from "vitest";
import { entry, temporary } from "../../provider/commands/files";
import { checkout } from "../../provider/commands/git";
import { software } from "../../provider/commands/packages";
import type { Command, Reader } from "../../provider/commands/shell";
import { account } from "../../provider/commands/users";
import { environment } from "../../provider/commands/venv";

const said = (stdout: string, exitCode = 0) => ({ exitCode, stdout, stderr: "" });

/** As tell.py says it of Debian's own. */
const debian = (told: object) => ({
  script: "/usr/bin/supervisord",
  conf: "/etc/supervisor/supervisord.conf",
  supervisorctl: "supervisorctl",
  ...told,
});
/** `told`: "" where there is no python3. */
const softwareOf = (packages: string[], installed: string, told: object | null | "", python = "3.11.2") => {
  const answers = (command: Command) =>
    command.joint === undefined
      ? said(`${installed.replace(/\S+/g, "installed $&\n")}not-installed nothing\n${python && `Python ${python}\n`}`)
      : said(told === "" ? "" : `${JSON.stringify(told)}\n`);
  const reader: Reader = { name: "web1", read: async ({ command, parse }) => parse(answers(command)) };
  return software(reader, packages);
};

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
      checkout("/x", "c", "/x/venv").parse(
        said(
          "owner shop\nactive no\nremote.origin.url https://e/old.git\nremote.origin.url https://e/a.git\nsupervised.made yes\ncommit yes\nrefs/supervised/brought/lfs b\nrefs/supervised/brought/submodules c\n",
        ),
      ),
      {
        kind: "checkout",
        owner: "shop",
        repository: "https://e/a.git",
        hasCommit: true,
        ours: true,
        active: false,
        brought: ["submodules"],
      },
    ],
    [
      "a checkout without git",
      checkout("/x", "c", "/x/venv").parse(said("owner shop\nactive yes\nuntold there is no git\n")),
      {
        kind: "checkout",
        untold: "there is no git",
        owner: "shop",
        repository: "",
        hasCommit: false,
        ours: false,
        active: true,
        brought: [],
      },
    ],
    ["no checkout", checkout("/x", "c", "/x/venv").parse(said("absent\n")), undefined],
    [
      "something in its way",
      checkout("/x", "c", "/x/venv").parse(said("other a file\n")),
      { kind: "other", what: "a file" },
    ],
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
      softwareOf(
        ["git", "supervisor"],
        "git supervisor",
        debian({ patterns: ["/etc/supervisor/conf.d/*.conf"], said: "4.2.5" }),
      ),
      {
        installed: ["git", "supervisor"],
        answering: true,
        supervisor: "4.2.5",
        python: "3.11.2",
        mainConf: "/etc/supervisor/supervisord.conf",
        supervisorctl: "supervisorctl",
        confDirectory: "/etc/supervisor/conf.d",
        confSuffix: ".conf",
      },
    ],
    [
      "a bare host",
      softwareOf(["git", "supervisor"], "", "", ""),
      { installed: [], answering: false, trouble: "not installed" },
    ],
    [
      "a host without supervisord",
      softwareOf(["git", "supervisor"], "git", null),
      { installed: ["git"], answering: false, trouble: "not installed", python: "3.11.2" },
    ],
    [
      "one whose supervisord is not Debian's",
      softwareOf(["git", "supervisor"], "git", {
        script: "/opt/supervisor/bin/supervisord",
        conf: "/srv/supervisord.conf",
        supervisorctl: "/opt/supervisor/bin/supervisorctl -c /srv/supervisord.conf",
        patterns: ["/etc/supervisord.d/*.ini"],
        said: "4.3.0",
      }),
      {
        installed: ["git", "supervisor"],
        answering: true,
        supervisor: "4.3.0",
        python: "3.11.2",
        mainConf: "/srv/supervisord.conf",
        supervisorctl: "/opt/supervisor/bin/supervisorctl -c /srv/supervisord.conf",
        confDirectory: "/etc/supervisord.d",
        confSuffix: ".ini",
      },
    ],
    [
      "one whose supervisord runs on without its files",
      softwareOf(["git", "supervisor"], "git", debian({ trouble: "unknown", gone: true })),
      {
        installed: ["git"],
        answering: false,
        trouble: "unknown",
        python: "3.11.2",
        mainConf: "/etc/supervisor/supervisord.conf",
        supervisorctl: "supervisorctl",
      },
    ],
    [
      "one without a conf",
      softwareOf([], "", { ...debian({ trouble: "no configuration" }), conf: null }),
      {
        installed: [],
        answering: false,
        trouble: "no configuration",
        python: "3.11.2",
        supervisorctl: "supervisorctl",
      },
    ],
    ...(
      [
        ["that is down", "error: <class 'FileNotFoundError'>, [Errno 2] No such file or directory", "no socket"],
        ["that refuses", "error: <class 'ConnectionRefusedError'>, [Errno 111] Connection refused", "refused"],
        ["that we may not ask", "error: <class 'PermissionError'>, [Errno 13] x", "no permission"],
        [
          "whose password we lack",
          "error: <class 'xmlrpc.client.ProtocolError'>, <ProtocolError for 127.0.0.1/RPC2: 401 Unauthorized>",
          "no password",
        ],
      ] as const
    ).map(([what, text, trouble]): [string, unknown, unknown] => [
      `one ${what}`,
      softwareOf([], "", debian({ said: text })),
      {
        installed: [],
        answering: false,
        trouble,
        python: "3.11.2",
        mainConf: "/etc/supervisor/supervisord.conf",
        supervisorctl: "supervisorctl",
      },
    ]),
  ])("%s", async (_, parsed, expected) => expect(await parsed).toEqual(expected));
});

it("a file waits beside its place under a name that no pattern matches", () => {
  expect(temporary("/etc/supervisor/conf.d/shop.conf")).toBe("/etc/supervisor/conf.d/.shop.conf.new");
});
