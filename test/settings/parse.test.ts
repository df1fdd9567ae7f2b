import { describe, expect, it } from "vitest";
import { openSshPair } from "../../sandbox/keys";
import { parseSettings } from "../../settings/parse";

const host = { host: "192.0.2.10", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbc" };
const app = { hosts: ["web1"], repository: "https://example.org/a.git", program: { command: "venv/bin/run" } };

type Change = Record<string, unknown>;
const onHost = (change: Change) => ({ hosts: { web1: { ...host, ...change } }, apps: { shop: app } });
const onApp = (change: Change) => ({ hosts: { web1: host }, apps: { shop: { ...app, ...change } } });
const onProgram = (change: Change) => onApp({ program: { ...app.program, ...change } });
const lines = (given: { hosts: unknown; apps: unknown }) =>
  parseSettings(given).problems.map(({ path, message }) => `${path}: ${message}`);

const plainKey = openSshPair().privateKey;
/** As `ssh-keygen -N x` writes one. */
const encryptedKey = `-----BEGIN OPENSSH PRIVATE KEY-----
${Buffer.from("openssh-key-v1\0\0\0\0\naes256-ctr\0\0\0\x06bcrypt").toString("base64")}
-----END OPENSSH PRIVATE KEY-----`;

/** What is wrong, and exactly what is said about it. */
const cases: [string, { hosts: unknown; apps: unknown; groups?: unknown }, string[]][] = [
  [
    "nothing at all",
    { hosts: undefined, apps: undefined },
    ["hosts: is missing: should map names to their settings", "apps: is missing: should map names to their settings"],
  ],
  [
    "hosts as a list",
    { hosts: [host], apps: { shop: app } },
    ["hosts: should map names to their settings", 'apps.shop.hosts[0]: is no host of the settings (got "web1")'],
  ],
  ...(
    [
      [
        "a deploy key that is none",
        { deployKey: "ssh-ed25519 AAAA" },
        ["deployKey: should be the text of a private key (got [secret])"],
      ],
      [
        "a deploy key for https",
        { deployKey: plainKey },
        ["deployKey: should go with a repository by ssh, as in git@example.org:team/app.git"],
      ],
      [
        "an encrypted deploy key",
        { repository: "git@e.org:a.git", deployKey: encryptedKey },
        ["deployKey: should be a key without passphrase: nobody is there to be asked"],
      ],
      [
        "two ways in",
        { repository: "ssh://git@e.org/a.git", deployKey: plainKey, forwardAgent: true },
        ["forwardAgent: should not be set beside deployKey"],
      ],
      [
        "a token for ssh",
        { repository: "git@e.org:a.git", token: "t" },
        ["token: should go with a repository by https, where nobody on the way reads it"],
      ],
      [
        "a token in the open",
        { repository: "http://e.org/a.git", token: "t" },
        ["token: should go with a repository by https, where nobody on the way reads it"],
      ],
      ["a token of two words", { token: "a b" }, ["token: should be one word (got [secret])"]],
      ["a user without token", { tokenUser: "me" }, ["tokenUser: should go with token"]],
      [
        "a key of a git server by https",
        { repositoryHostKey: "ssh-ed25519 AAAA" },
        ["repositoryHostKey: should go with a repository by ssh, as in git@example.org:team/app.git"],
      ],
      [
        "a subdirectory elsewhere",
        { subdirectory: "../other" },
        ['subdirectory: should be a path in the repository, as in services/api (got "../other")'],
      ],
      [
        "an environment that no file holds",
        { environmentFile: true, environment: { A: "a\0b" } },
        ["environment.A: has a NUL character, which no environment can hold"],
      ],
      [
        "a file beside conf",
        { program: undefined, conf: "a.conf", environmentFile: true },
        ["environmentFile: should not be set beside conf: the repository's conf has its own environment="],
      ],
      [
        "a shared path outside",
        { shared: { directories: ["../x"], files: ["/etc/x"] } },
        [
          'shared.directories[0]: should be a path in the repository, as in uploads (got "../x")',
          'shared.files[0]: should be a path in the repository, as in uploads (got "/etc/x")',
        ],
      ],
      [
        "a shared path that is ours",
        { shared: { directories: ["venv"], files: [".git/config"] } },
        [
          "shared.directories[0]: should not be venv: that is ours",
          "shared.files[0]: should not be .git/config: that is ours",
        ],
      ],
      [
        "shared paths in one another",
        { shared: { directories: ["a", "a/b", "c"], files: ["c"] } },
        [
          "shared.directories[1]: should not be a/b: that is in a, which is shared already",
          "shared.files[0]: should not be c: that is in c, which is shared already",
        ],
      ],
      [
        "shared files in the checkout",
        { shared: { directories: ["a"], path: "/opt/shop/data" } },
        ["shared.path: should not be in the checkout, which is git's"],
      ],
      ["an unknown key of shared", { shared: { dirs: ["a"] } }, ["shared.dirs: is no setting"]],
      ["submodules as text", { submodules: "yes" }, ['submodules: should be true or false (got "yes")']],
    ] as [string, Change, string[]][]
  ).map(([what, change, problems]): (typeof cases)[number] => [
    what,
    onApp(change),
    problems.map((problem) => `apps.shop.${problem}`),
  ]),
  ["no apps", { hosts: { web1: host }, apps: {} }, ["apps: should map names to their settings"]],
  [
    "a host's name",
    { hosts: { Web1: host }, apps: { shop: { ...app, hosts: ["Web1"] } } },
    ["hosts.Web1: should be a name of lower-case letters, digits and -"],
  ],
  [
    "no address",
    onHost({ host: undefined }),
    ["hosts.web1.host: is missing: should be the name or address of the host"],
  ],
  [
    "an address with a user",
    onHost({ host: "me@web" }),
    ['hosts.web1.host: should be a name or an address, without user or port (got "me@web")'],
  ],
  ["a port as text", onHost({ port: "22" }), ['hosts.web1.port: should be a port, 1 to 65535 (got "22")']],
  ["a port that is none", onHost({ port: 70000 }), ["hosts.web1.port: should be a port, 1 to 65535 (got 70000)"]],
  [
    "both ways to trust",
    onHost({ knownHosts: "~/.ssh/known_hosts" }),
    ["hosts.web1.knownHosts: should not be set beside hostKey"],
  ],
  [
    "a fingerprint in place of a key",
    onHost({ hostKey: "SHA256:abc" }),
    ['hosts.web1.hostKey: should read "ssh-ed25519 AAAA…" (got "SHA256:abc")'],
  ],
  [
    "two keys",
    onHost({ privateKeyFile: "a", agentSocketPath: "/s" }),
    ["hosts.web1.agentSocketPath: should not be set beside privateKeyFile"],
  ],
  [
    "a file name as a private key",
    onHost({ privateKey: "~/.ssh/id" }),
    ["hosts.web1.privateKey: should be the text of a private key; a file goes into privateKeyFile (got [secret])"],
  ],
  [
    "a password without its key",
    onHost({ privateKeyPassword: "x", password: "y" }),
    ["hosts.web1.privateKeyPassword: should go with privateKey or privateKeyFile"],
  ],
  [
    "a user who is not root",
    onHost({ user: "deploy" }),
    [`hosts.web1.become: should be "sudo": deploy is not root, and supervisor's files are root's`],
  ],
  [
    "a password for sudo without sudo",
    onHost({ becomePassword: "x" }),
    ["hosts.web1.becomePassword: should go with become: sudo"],
  ],
  [
    "a password of two lines",
    onHost({ user: "deploy", become: "sudo", becomePassword: "hunter2\nx" }),
    ["hosts.web1.becomePassword: should be one line (got [secret])"],
  ],
  [
    "a proxy on which one becomes root",
    onHost({ proxy: { ...host, become: "sudo", becomePassword: "hunter2" } }),
    [
      'hosts.web1.proxy.become: should not be set for a proxy (got "sudo")',
      "hosts.web1.proxy.becomePassword: should not be set for a proxy (got [secret])",
    ],
  ],
  ["sshConfig: true", onHost({ sshConfig: true }), ["hosts.web1.sshConfig: should be a file, or false (got true)"]],
  [
    "a silence of none",
    onHost({ silenceTimeout: 0 }),
    ["hosts.web1.silenceTimeout: should be more than 0 seconds (got 0)"],
  ],
  [
    "root who becomes root",
    onHost({ user: "root", become: "sudo" }),
    ["hosts.web1.become: should go with a user other than root"],
  ],
  ["another become", onHost({ user: "deploy", become: "su" }), ['hosts.web1.become: should be "sudo" (got "su")']],
  ["a typo", onHost({ prot: 22 }), ["hosts.web1.prot: is no setting; did you mean port?"]],
  [
    "a typo in a proxy",
    onHost({ proxy: { ...host, usr: "x" } }),
    ["hosts.web1.proxy.usr: is no setting; did you mean user?"],
  ],
  [
    "packages as a text",
    onHost({ packages: "libpq5" }),
    ['hosts.web1.packages: should be a list of Debian packages (got "libpq5")'],
  ],
  [
    "a name that is a command",
    { hosts: { web1: host }, apps: { test: app } },
    ["apps.test: should not be the name of a command: the alias would hide it"],
  ],
  [
    "a name with a dot",
    { hosts: { web1: host }, apps: { "a.b": app } },
    ["apps.a.b: should be a name of lower-case letters, digits, - and _, at most 32"],
  ],
  [
    "an unknown host",
    onApp({ hosts: ["web2"] }),
    ['apps.shop.hosts[0]: is no host of the settings; did you mean web1? (got "web2")'],
  ],
  ["no hosts", onApp({ hosts: [] }), ["apps.shop.hosts: should name at least one host (got [])"]],
  ["a host twice", onApp({ hosts: ["web1", "web1"] }), ["apps.shop.hosts: should name each host once"]],
  [
    "no repository",
    onApp({ repository: undefined }),
    ["apps.shop.repository: is missing: should be the URL of the repository"],
  ],
  [
    "a repository that is none",
    onApp({ repository: "exampleapp" }),
    ['apps.shop.repository: should be a URL that the host can fetch from (got "exampleapp")'],
  ],
  [
    "a token in the URL",
    onApp({ repository: "https://token@example.org/a.git" }),
    [
      "apps.shop.repository: should hold no user, token or password: they would be seen in the checkout's configuration; set token, a secret",
    ],
  ],
  [
    "a ref that YAML took for a number",
    onApp({ ref: 1.1 }),
    ["apps.shop.ref: should be a branch, a tag or a commit, in quotes where it looks like a number (got 1.1)"],
  ],
  [
    "a ref that is an option",
    onApp({ ref: "--upload-pack=x" }),
    ['apps.shop.ref: should be a branch, a tag or a commit (got "--upload-pack=x")'],
  ],
  [
    "a checkout at the root",
    onApp({ path: "/" }),
    ['apps.shop.path: should be an absolute path below /opt, /srv, /home, /var or the like (got "/")'],
  ],
  ["a user's name", onApp({ user: "No Body" }), ['apps.shop.user: should be the name of a Linux user (got "No Body")']],
  [
    "another manager",
    onApp({ dependencies: { manager: "conda" } }),
    ['apps.shop.dependencies.manager: should be one of pip, uv, poetry, pdm, pipenv, pyproject (got "conda")'],
  ],
  [
    "what pip has no meaning for",
    onApp({ dependencies: { files: ["requirements.txt"], extras: ["x"], groups: ["dev"] } }),
    [
      "apps.shop.dependencies.extras: should not be set with pip: its files have none",
      "apps.shop.dependencies.groups: should not be set with pip: its files have none",
    ],
  ],
  [
    "files of another manager",
    onApp({ dependencies: { manager: "uv", files: ["requirements.txt"], installer: "pip" } }),
    [
      "apps.shop.dependencies.files: should not be set beside manager: uv: they are for pip",
      "apps.shop.dependencies.installer: should not be pip with manager: uv, which installs by itself",
    ],
  ],
  [
    "extras of a Pipfile",
    onApp({ dependencies: { manager: "pipenv", extras: ["x"], groups: ["dev"] } }),
    ["apps.shop.dependencies.extras: should not be set with pipenv: a Pipfile has none"],
  ],
  [
    "a version that YAML took for a number",
    onApp({ dependencies: { python: 3.1 } }),
    [
      'apps.shop.dependencies.python: should be an interpreter, as in python3, or a version in quotes, as in "3.12" (got 3.1)',
    ],
  ],
  [
    "an interpreter to bring without its version",
    onApp({ dependencies: { managedPython: true } }),
    ['apps.shop.dependencies.managedPython: should go with a version as python, as in "3.12"'],
  ],
  [
    "a wheelhouse outside",
    onApp({ dependencies: { wheelhouse: "../wheels" } }),
    [
      'apps.shop.dependencies.wheelhouse: should be a directory, as in /srv/wheels, or a path in the repository, as in wheels (got "../wheels")',
    ],
  ],
  [
    "an option as the name of a group",
    onApp({ dependencies: { manager: "uv", groups: ["--all"] } }),
    ['apps.shop.dependencies.groups[0]: should be a name (got "--all")'],
  ],
  [
    "a dependency file outside",
    onApp({ dependencies: { files: ["../r.txt"] } }),
    ['apps.shop.dependencies.files[0]: should be a path in the repository, as in requirements.txt (got "../r.txt")'],
  ],
  [
    "neither program nor conf",
    onApp({ program: undefined }),
    ["apps.shop.program: should be set, or conf: a conf in the repository"],
  ],
  [
    "both program and conf",
    onApp({ conf: "server/service.conf" }),
    ["apps.shop.conf: should not be set beside program"],
  ],
  [
    "an environment beside the repository's conf",
    onApp({ program: undefined, conf: "a.conf", environment: { A: "1" } }),
    ["apps.shop.environment: should not be set beside conf: the repository's conf has its own environment="],
  ],
  [
    "a number in the environment",
    onApp({ environment: { PORT: 8000 } }),
    ['apps.shop.environment.PORT: should be a text; put numbers and booleans in quotes, as in "1" (got [secret])'],
  ],
  [
    "a variable's name",
    onApp({ environment: { "A-B": "1" } }),
    ["apps.shop.environment.A-B: should be the name of a variable: letters, digits and _"],
  ],
  [
    "a value that no conf can hold",
    onApp({ environment: { A: `it's "b"` } }),
    ["apps.shop.environment.A: has both kinds of quotes, which supervisor's environment= can't hold"],
  ],
  [
    "a health URL",
    onApp({ health: { url: "localhost:8000" } }),
    ['apps.shop.health.url: should be a URL, as in http://127.0.0.1:8000/health (got "localhost:8000")'],
  ],
  [
    "a health status",
    onApp({ health: { url: "http://a/", status: 42 } }),
    ["apps.shop.health.status: should be a status, 100 to 599 (got 42)"],
  ],
  [
    "a health timeout",
    onApp({ health: { url: "http://a/", timeout: 0 } }),
    ["apps.shop.health.timeout: should be more than 0 seconds (got 0)"],
  ],
  ["start as a text", onApp({ start: "no" }), ['apps.shop.start: should be true or false (got "no")']],
  [
    "hooks",
    onApp({ hooks: { beforeStart: [{ name: "a/b", comand: "x", timeout: 0 }] } }),
    [
      'apps.shop.hooks.beforeStart[0].name: should be a short name of letters, digits, spaces, - and _ (got "a/b")',
      "apps.shop.hooks.beforeStart[0].command: is missing: should be a command line",
      "apps.shop.hooks.beforeStart[0].timeout: should be more than 0 seconds (got 0)",
      "apps.shop.hooks.beforeStart[0].comand: is no setting; did you mean command?",
    ],
  ],
  [
    "rollout",
    onApp({ rollout: { canary: -1, batch: "0%", pause: "1", onFailure: "rollback" } }),
    [
      "apps.shop.rollout.canary: should be a number of hosts (got -1)",
      'apps.shop.rollout.batch: should be a number of hosts, at least 1, or a part of them, as in "25%" (got "0%")',
      'apps.shop.rollout.pause: should be a number of seconds (got "1")',
      'apps.shop.rollout.onFailure: should be stop or rollBack (got "rollback")',
    ],
  ],
  [
    "a word for a flag",
    onApp({ overwriteLocalChanges: "yes" }),
    ['apps.shop.overwriteLocalChanges: should be true or false (got "yes")'],
  ],
  [
    "its own name before",
    onApp({ renamedFrom: "shop" }),
    ["apps.shop.renamedFrom: should be another name than its own"],
  ],
  [
    "keepReleases",
    onApp({ keepReleases: 0 }),
    ["apps.shop.keepReleases: should be a whole number of at least 1 (got 0)"],
  ],
  [
    "no command",
    onProgram({ command: undefined }),
    ["apps.shop.program.command: is missing: should be the command line of the program"],
  ],
  ["a command of two lines", onProgram({ command: "a\nb" }), ["apps.shop.program.command: should be one line"]],
  [
    "a fraction of a second",
    onProgram({ startsecs: 1.5 }),
    ["apps.shop.program.startsecs: should be a whole number of seconds (got 1.5)"],
  ],
  [
    "a typo that supervisor would ignore",
    onProgram({ autorestrat: true }),
    ["apps.shop.program.autorestrat: is no setting; did you mean autorestart?"],
  ],
  [
    "a size that supervisor refuses",
    onProgram({ stdout_logfile_maxbytes: "50M" }),
    [
      'apps.shop.program.stdout_logfile_maxbytes: should be a number of bytes, or one with KB, MB or GB, as in "50MB" (got "50M")',
    ],
  ],
  [
    "a signal",
    onProgram({ stopsignal: "STOP" }),
    ['apps.shop.program.stopsignal: should be TERM, HUP, INT, QUIT, KILL, USR1 or USR2 (got "STOP")'],
  ],
  [
    "several processes of one name",
    onProgram({ numprocs: 2 }),
    ["apps.shop.program.process_name: should contain %(process_num)d with more than one process"],
  ],
  [
    "killasgroup against stopasgroup",
    onProgram({ killasgroup: false }),
    ["apps.shop.program.killasgroup: should not be false with stopasgroup: supervisor refuses that"],
  ],
  [
    "flapping without end",
    onProgram({ startsecs: 0 }),
    ["apps.shop.program.startsecs: should not be 0 while autorestart is on: a crash would be restarted without end"],
  ],
  [
    "a quote that stays open",
    onProgram({ command: "run 'a" }),
    ["apps.shop.program.command: has a quote that stays open, or ends in a backslash"],
  ],
  [
    "a variable in front of the command",
    onProgram({ command: "FOO=1 run" }),
    ["apps.shop.program.command: should not begin with a variable: there is no shell; put it into environment"],
  ],
  [
    "homes",
    onProgram({ command: "~/run", directory: "~/x" }),
    [
      "apps.shop.program.command: should not begin with ~: supervisor does not expand it",
      "apps.shop.program.directory: should not begin with ~: supervisor does not expand it",
    ],
  ],
  [
    "expansions that supervisor refuses, or nobody means",
    onProgram({ command: "run %(program_name)d", directory: "%(here)s", socket: "unix:///run/%(process_num)d.sock" }),
    [
      "apps.shop.program.command: should contain %(program_name)s, as supervisor writes it",
      "apps.shop.program.directory: should not contain %(here)s: that is the directory of the installed conf",
      "apps.shop.program.socket: should not contain %(process_num)d: a socket is one for all processes",
    ],
  ],
  ["no processes", onProgram({ numprocs: 0 }), ["apps.shop.program.numprocs: should be at least 1 (got 0)"]],
  [
    "a process called all",
    onProgram({ process_name: "all" }),
    [
      'apps.shop.program.process_name: should be letters, digits, . _ - @ + and expansions as %(process_num)d, and not all (got "all")',
    ],
  ],
  [
    "a number that supervisorctl can't be told",
    onProgram({ startsecs: 2 ** 31, stdout_logfile_maxbytes: "2GB" }),
    [
      "apps.shop.program.startsecs: should be at most 2147483647 (got 2147483648)",
      "apps.shop.program.stdout_logfile_maxbytes: should be less than 2GB: supervisorctl avail fails with more",
    ],
  ],
  [
    "hooks on a host, and on the way to it, whose key @pulumi/command would not check",
    {
      hosts: {
        web1: { host: "192.0.2.10", knownHosts: "known", proxy: { host: "192.0.2.1", proxy: { host: "192.0.2.2" } } },
        web2: { ...host, host: "192.0.2.11" },
      },
      groups: { all: ["web1", "web2"] },
      apps: { shop: { ...app, hosts: ["all"], hooks: { afterUpdate: [{ name: "docs", command: "x" }] } } },
    },
    [
      "hosts.web1.hostKey: should be set for hooks.afterUpdate of shop: @pulumi/command trusts any host otherwise; `npm run hosts -- trust web1` writes it",
      "hosts.web1.proxy.hostKey: should be set for hooks.afterUpdate of shop: @pulumi/command trusts any host otherwise; `npm run hosts -- trust web1` writes it",
      "hosts.web1.proxy.proxy: should not be set for hooks.afterUpdate of shop: @pulumi/command goes through one proxy",
    ],
  ],
  [
    "two hooks of one name, and one on no host",
    onApp({
      hooks: {
        local: [
          { name: "test", command: "x" },
          { name: "test", command: "y" },
        ],
        beforeStart: [{ name: "test", command: "x", on: "first" }],
      },
    }),
    [
      "apps.shop.hooks.beforeStart[0].on: is no setting",
      "apps.shop.hooks.local[1].name: should be another name: local has it already",
    ],
  ],
  [
    "a mask that YAML took for a number",
    onProgram({ umask: 18 }),
    ['apps.shop.program.umask: should be an octal mask in quotes, as in "022" (got 18)'],
  ],
  [
    "a log that can't be rotated",
    onProgram({ stdout_logfile: "/dev/stdout" }),
    ["apps.shop.program.stdout_logfile: should go with stdout_logfile_maxbytes: 0: what is there can't be rotated"],
  ],
  [
    "options of a socket without one",
    onProgram({ socket_mode: "0770", socket_backlog: 5 }),
    [
      "apps.shop.program.socket_mode: should go with socket: supervisor ignores it otherwise",
      "apps.shop.program.socket_backlog: should go with socket: supervisor ignores it otherwise",
    ],
  ],
  [
    "a mode of a port",
    onProgram({ socket: "tcp://127.0.0.1:80", socket_mode: "0770" }),
    ["apps.shop.program.socket_mode: should go with a unix socket: supervisor refuses it for another"],
  ],
  [
    "a socket of no kind",
    onProgram({ socket: "127.0.0.1:80" }),
    ['apps.shop.program.socket: should be unix:///PATH or tcp://HOST:PORT (got "127.0.0.1:80")'],
  ],
  [
    "an environment in the wrong place",
    onProgram({ environment: { A: "1" } }),
    ["apps.shop.program.environment: should stand beside program, as `environment` of the app (got [secret])"],
  ],
  [
    "autostart against start",
    { hosts: { web1: host }, apps: { shop: { ...app, start: false, program: { command: "a", autostart: true } } } },
    ["apps.shop.program.autostart: should not be true with start: false: an update would start it"],
  ],
  [
    "two apps on one checkout",
    { hosts: { web1: host }, apps: { shop: app, blog: { ...app, path: "/opt/shop" } } },
    ["apps.blog.path: should not be /opt/shop on web1: that is the checkout of shop"],
  ],
  [
    "an app that took a living app's name",
    { hosts: { web1: host }, apps: { shop: app, blog: { ...app, renamedFrom: "shop" } } },
    ["apps.blog.renamedFrom: should not be shop: that app is still in the settings"],
  ],
];

describe("wrong settings", () => {
  it.each(cases)("%s", (_, given, expected) => expect(lines(given)).toEqual(expected));

  it("are at least 40 kinds", () => expect(cases.length).toBeGreaterThanOrEqual(40));

  it("are told all at once, those of one value and those between values", () => {
    const given = {
      hosts: { web1: { host: "a b", prot: 1, user: "deploy" } },
      apps: { shop: { hosts: ["web9"], start: "yes", program: { comand: "x" }, conf: "a.conf" }, sh: app },
    };
    expect(lines(given).map((line) => line.split(": ")[0])).toEqual([
      "hosts.web1.host",
      "hosts.web1.prot",
      "hosts.web1.become",
      "apps.shop.repository",
      "apps.shop.program.command",
      "apps.shop.program.comand",
      "apps.shop.start",
      "apps.sh",
      "apps.shop.conf",
      "apps.shop.hosts[0]",
    ]);
  });

  it("never show a secret", () => {
    const given = onHost({ password: "", privateKey: "hunter2" });
    const text = lines({ ...given, apps: { shop: { ...app, environment: { A: `hunter2's "x"` } } } }).join("\n");
    expect(text).toContain("environment.A");
    expect(text).not.toContain("hunter2");
  });
});

describe("right settings", () => {
  it.each<[string, Record<string, unknown>]>([
    ["an alias of ssh_config, which may name who logs in", { host: "web", become: "sudo" }],
    ["a passphrase for the keys that ssh_config names", { host: "web", privateKeyPassword: "x" }],
    ["no host key: those of ssh count", { host: "192.0.2.10" }],
    ["no ssh_config", { host: "192.0.2.10", sshConfig: false }],
  ])("%s", (_, web1) => expect(parseSettings({ hosts: { web1 }, apps: { shop: app } }).problems).toEqual([]));

  it("get their defaults", () => {
    expect(parseSettings({ hosts: { web1: host }, apps: { shop: app } })).toEqual({
      problems: [],
      settings: {
        hosts: { web1: host },
        apps: {
          shop: {
            ...app,
            ref: "master",
            alias: true,
            dependencies: { python: "python3", extras: [], groups: [], managedPython: false },
            environment: {},
            hooks: { beforeStart: [], afterUpdate: [], local: [] },
            start: true,
            overwriteLocalChanges: false,
            protect: false,
            keepReleases: 5,
            waitForLock: 600,
          },
        },
        warnings: [],
      },
    });
  });

  it("with two apps on one port are warned of", () => {
    const health = { url: "http://127.0.0.1:8000/" };
    const both = { shop: { ...app, health }, blog: { ...app, health } };
    expect(parseSettings({ hosts: { web1: host }, apps: both }).settings?.warnings).toEqual([
      { path: "apps.blog.health.url", message: "has the port of shop on web1" },
    ]);
  });

  it.each<[string, Change, string[]]>([
    [
      "workers that survive a stop",
      { command: "uvicorn a:a --workers 2", stopasgroup: false },
      ["stopasgroup: should be true: uvicorn starts processes that would survive a stop"],
    ],
    ["a shell's sign", { command: "a && b" }, ["command: has &&, and no shell that would understand it"]],
    ["a sign in a shell", { command: "sh -c 'a && b'" }, []],
    [
      "a doubled percent sign",
      { command: "run %%H" },
      ["command: has %%: a percent sign is written as it is here, so it stays two"],
    ],
    [
      "a log in the checkout",
      { stdout_logfile: "/opt/shop/logs/a.log" },
      [
        "stdout_logfile: needs the directory /opt/shop/logs on the host: supervisord refuses its whole conf where that is missing",
      ],
    ],
    [
      "a log of two processes",
      { numprocs: 2, process_name: "a%(process_num)d", stdout_logfile: "/var/log/a.log" },
      ["stdout_logfile: should contain %(process_num)d: processes that rotate one file lose lines of each other"],
    ],
    ["nothing of a log elsewhere", { stdout_logfile: "/var/log/shop/a.log" }, []],
    [
      "endless restarts of what fails",
      { startsecs: 0, autorestart: "unexpected" },
      ["startsecs: should not be 0 while autorestart is on: a crash would be restarted without end"],
    ],
  ])("with %s are warned of", (_, change, expected) => {
    const { settings, problems } = parseSettings(onProgram(change));
    expect(problems).toEqual([]);
    expect(settings?.warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual(
      expected.map((line) => `apps.shop.program.${line}`),
    );
  });
});

it("an environment in a file may hold what supervisor's environment= can't", () => {
  const environment = { BOTH: `it's "so"` };
  expect(lines(onApp({ environment }))).toHaveLength(1);
  expect(lines(onApp({ environment, environmentFile: true }))).toEqual([]);
});

describe("an app in a subdirectory", () => {
  it("has its paths below it, as they are in the repository", () => {
    const change = { program: undefined, conf: "conf/x.conf", alias: "alias.sh" };
    const settings = (more: Change) => parseSettings(onApp({ ...change, ...more })).settings!.apps.shop;
    const dependencies = { files: ["requirements.txt"], wheelhouse: "wheels" };
    expect(settings({ subdirectory: "services/api", dependencies })).toMatchObject({
      subdirectory: "services/api",
      conf: "services/api/conf/x.conf",
      alias: "services/api/alias.sh",
      dependencies: { files: ["services/api/requirements.txt"], wheelhouse: "services/api/wheels" },
    });
    expect(settings({ subdirectory: "a", dependencies: { wheelhouse: "/wheels" } })).toMatchObject({
      dependencies: { wheelhouse: "/wheels" },
    });
    expect(settings({ subdirectory: "a", alias: true })).toMatchObject({ alias: true });
    expect(settings({ subdirectory: undefined })).toMatchObject({ conf: "conf/x.conf" });
  });
});
