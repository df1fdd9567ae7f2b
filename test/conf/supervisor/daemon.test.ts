import { describe, expect, it } from "vitest";
import { type Case, expectAnswers } from "./cases";
import { versions } from "./oracle";

const script = "/opt/sv/bin/supervisord";
const python = "/opt/sv/bin/python3";
const line = (what: string, words: string[], conf: string | null): Case => [
  what,
  ["words", words],
  [words[0], script, conf],
];
const commandLines: Case[] = [
  line("-c", [python, script, "-c", "/etc/x.conf"], "/etc/x.conf"),
  line("-c in one word", [python, script, "-nc/etc/x.conf"], "/etc/x.conf"),
  line("--configuration", [python, script, "--nodaemon", "--configuration", "/etc/x.conf"], "/etc/x.conf"),
  line("--configuration=", [python, script, "--configuration=/etc/x.conf"], "/etc/x.conf"),
  line("a shortened long option", [python, script, "--conf=/etc/x.conf"], "/etc/x.conf"),
  line("other options with values", [python, script, "-e", "debug", "-u", "-c", "-c", "y.conf"], "HERE/y.conf"),
  line("an option that we do not know", [python, script, "--new", "-c", "/etc/x.conf"], "/etc/x.conf"),
  line("a relative conf", [python, script, "-c", "a/../x.conf"], "HERE/x.conf"),
  line("options of the interpreter", [python, "-B", script, "-c", "/x"], "/x"),
  [
    "a relative script",
    ["words", [python, "bin/supervisord"]],
    [python, "HERE/bin/supervisord", "HERE/etc/supervisord.conf"],
  ],
  ["a program of its own", ["words", [script, "-c", "/x"]], [script, script, "/x"]],
  ["an editor", ["words", ["vim", script]], null],
  ["sudo, whose child it is", ["words", ["sudo", script, "-c", "/x"]], null],
  ["another script", ["words", [python, "/usr/bin/supervisorctl"]], null],
  ["one that is told its name", ["words", [python, "/x.py", script]], null],
  ["nothing", ["words", []], null],
  ["a shebang", ["shebang", "#!/opt/sv/bin/python3\nx"], [python]],
  ["one of env", ["shebang", "#!/usr/bin/env python3\n"], ["python3"]],
  ["one too long for a line", ["shebang", `#!/bin/sh\n'''exec' "${python}" "$0" "$@"\n' '''\n`], [python]],
];

const main = (text: string, door: unknown, patterns: string[] = []): ["conf", string, object] => [
  "conf",
  `[supervisord]\n${text}`,
  { door, patterns },
];
const asCase = (what: string, [kind, text, answer]: ["conf", string, object]): Case => [what, [kind, text], answer];
const ctl = "[supervisorctl]\nserverurl=";
const confs: Case[] = [
  asCase(
    "Debian's",
    main(
      `[unix_http_server]\nfile=/var/run/s.sock ; (the path)\n${ctl}unix:///var/run/s.sock ; use it\n[include]\nfiles = /etc/supervisor/conf.d/*.conf\n`,
      ["unix:///var/run/s.sock", null, null],
      ["/etc/supervisor/conf.d/*.conf"],
    ),
  ),
  asCase(
    "relative, several, with variables",
    main(
      `${ctl}unix://%(here)s/%(ENV_STAGE)s\n[include] ; all\nfiles = a/*.ini %(here)s/b/*.conf\n  /%(ENV_STAGE)s/*.conf\n`,
      ["unix://HERE/blue", null, null],
      ["HERE/a/*.ini", "HERE/b/*.conf", "/blue/*.conf"],
    ),
  ),
  asCase(
    "a password",
    main(`${ctl}http://localhost:9001\nusername=ann\npassword=50%%#x\n`, ["http://localhost:9001", "ann", "50%#x"]),
  ),
  asCase(
    "one that only the server has",
    main(`[inet_http_server]\nport=*:9001\nusername=ann\npassword=p\n${ctl}http://localhost:9001\n`, [
      "http://localhost:9001",
      "ann",
      "p",
    ]),
  ),
  asCase(
    "one of another server",
    main(`[inet_http_server]\nport=9002\nusername=ann\npassword=p\n${ctl}http://localhost:9001\n`, [
      "http://localhost:9001",
      null,
      null,
    ]),
  ),
  asCase(
    "a hash, which is no password",
    main(
      `[inet_http_server]\nport=9001\nusername=ann\npassword={SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d\n${ctl}http://localhost:9001\n`,
      ["http://localhost:9001", null, null],
    ),
  ),
  asCase(
    "no section of supervisorctl",
    main("[inet_http_server]\nport=127.0.0.1:9001\n[unix_http_server]\nfile=%(here)s/s\nusername=ann\npassword=p\n", [
      "unix://HERE/s",
      "ann",
      "p",
    ]),
  ),
  asCase("neither", main("", ["http://localhost:9001", null, null])),
  [
    "a line that is none",
    ["conf", "[supervisord]\npassword sesame\n"],
    { error: "HERE/main.conf: line 2 can't be parsed" },
  ],
  ["no section before it", ["conf", "sesame\n"], { error: "HERE/main.conf: line 1 can't be parsed" }],
  [
    "a password that can't be expanded",
    ["conf", `[supervisord]\n${ctl}http://localhost:9001\npassword=sesame%(no)s\n`],
    { error: "HERE/main.conf: its sections of servers and supervisorctl can't be read" },
  ],
];

const app = "[program:app]\ncommand=/bin/cat\n";
const socket = "[fcgi-program:app]\ncommand=/bin/cat\nsocket=unix:///run/a.sock\n";
const pair = (what: string, before: string, after: string, answer: unknown, ...meanwhile: unknown[]): Case => [
  what,
  ["same", before, after, ...meanwhile],
  answer,
];
const pairs: Case[] = [
  pair("the same", app, app, true),
  pair(
    "comments, spaces and order",
    `; why\n${app}startsecs = 2 ; s\n`,
    "[program:app]\nstartsecs: 2\n\ncommand = /bin/cat\n",
    true,
  ),
  pair("a default that is written", app, `${app}autorestart=unexpected\nstdout_logfile=AUTO\nexitcodes=0\n`, true),
  pair("the order of variables", `${app}environment=A="1",B="2"\n`, `${app}environment=B='2',A=1\n`, true),
  pair("another variable", `${app}environment=A="1"\n`, `${app}environment=A="2"\n`, false),
  pair("a log that is AUTO", `${app}stdout_logfile=/tmp/x\n`, app, false),
  pair("or was", app, `${app}stderr_logfile=/tmp/x\n`, false),
  pair("NONE instead of AUTO", app, `${app}stdout_logfile=NONE\n`, false),
  pair("more processes", app, `${app}numprocs=2\nprocess_name=%(process_num)d\n`, false),
  pair("a socket", app, socket, false),
  pair("its mode", socket, `${socket}socket_mode=0600\n`, false),
  pair("its owner", socket, `${socket}socket_owner=root:root\n`, false),
  pair("its queue", socket, `${socket}socket_backlog=5\n`, false),
  pair("its default mode, written", socket, `${socket}socket_mode=0700\n`, true),
  pair("autostart", app, `${app}autostart=false\n`, false),
  pair("a priority", app, `${app}priority=5\n`, false),
  pair("the same, while another app's conf comes", app, app, true, [1, "comes"]),
  pair("the same, while another app's conf goes", app, app, true, [1, "goes"]),
  pair("the same, while another comes later", app, app, true, [2, "comes"]),
  pair("another, while another app's conf comes", app, `${app}priority=5\n`, false, [1, "comes"]),
  pair("another, while another app's conf goes", app, `${app}priority=5\n`, false, [2, "goes"]),
  pair("one that was broken", "[program:app]\n", app, false),
  pair(
    "one that is",
    app,
    "[program:app]\ncommand=x\nstartsecs=1.5\n",
    expect.stringMatching(/^supervisord refuses it: .*'1.5'.*conf.d\/app.conf/),
  ),
];

describe.each(versions)("by supervisor %s", (version) => {
  it("the host's supervisord is read as it reads itself", async () => {
    await expectAnswers(version, "daemon.py", ["activation", "program"], [...commandLines, ...confs, ...pairs]);
  }, 60_000);
});
