import { describe, expect, it } from "vitest";
import { lintConf } from "../../conf/program/lint";

const conf = (more: string, command = "x") => `[program:a]\ncommand=${command}\nuser=u\n${more}`;
const socket = (more: string) => `[fcgi-program:a]\ncommand=x\nuser=u\nsocket=tcp://127.0.0.1:80\n${more}`;
const harm = (section: string, what: string) => [
  `error 4 [${section}] is not this app's: only [program:a] may be here; it would ${what}`,
];
const another = "run a program that no app of the settings is";
const refused =
  'error 4 environment is refused: write it as KEY="value",KEY2="value", with a comma between and both quotes';
const endless = "startsecs should not be 0 while autorestart is on: a crash would be restarted without end";
const survives = (what: string) => [
  `warning 2 has no stopasgroup=true: ${what} starts processes that would survive a stop`,
];

/** Each trap, a conf that has it, and all that is said. */
const traps: [string, string, string[]][] = [
  ["nothing wrong", conf(""), []],
  ["nothing wrong, with a socket", socket("socket_backlog=100\n"), []],
  ["CRLF is fine", conf("").replaceAll("\n", "\r\n"), []],
  ["keys in any case, with a colon", "[program:a]\nCommand : x\nUSER: u\n", []],

  ["an empty file", "\n", ["error 1 has no section [program:a]: the file is empty"]],
  [
    "a program of another name",
    "[program:b]\ncommand=x\n",
    ["error 1 has no section [program:a]", harm("program:b", another)[0]!.replace("4", "1")],
  ],
  [
    "[Program:x] is ignored",
    "[Program:a]\ncommand=x\n",
    [
      "error 1 has no section [program:a]",
      "error 1 [Program:a] should read [program:a]: supervisor ignores it as it is",
    ],
  ],
  [
    "a space in the section",
    "[program: a]\ncommand=x\n",
    [
      "error 1 has no section [program:a]",
      "error 1 [program: a] should read [program:a]: supervisor ignores it as it is",
    ],
  ],
  [
    "a bracket in the section",
    conf("[program:a]b]\n"),
    ["warning 4 has a second ], and Python's versions differ on which ends the name", ...harm("program:a]b", another)],
  ],
  [
    "[inet_http_server] opens a port",
    conf("[inet_http_server]\nport=9001\n"),
    harm("inet_http_server", "open a door to supervisord"),
  ],
  [
    "[unix_http_server]",
    conf("[unix_http_server]\nfile=/tmp/s\n"),
    harm("unix_http_server", "open a door to supervisord"),
  ],
  ["[supervisord]", conf("[supervisord]\nuser=root\n"), harm("supervisord", "change supervisord itself")],
  ["[include]", conf("[include]\nfiles=/tmp/*\n"), harm("include", "bring further files in")],
  [
    "[DEFAULT] is for all programs",
    conf("[DEFAULT]\nuser=root\n"),
    harm("DEFAULT", "set options of every program of the host"),
  ],
  ["[group:x]", conf("[group:b]\nprograms=a\n"), harm("group:b", "put the program into a group of another name")],
  ["[eventlistener:x]", conf("[eventlistener:b]\ncommand=x\n"), harm("eventlistener:b", another)],
  ["any other section", conf("[x]\n"), ["error 4 [x] is not this app's: only [program:a] may be here"]],
  ["a program of both kinds", `${conf("")}${socket("")}`, ["error 4 a is both program:a and fcgi-program:a"]],
  [
    "a duplicate section merges",
    conf("[program:a]\ncommand=y\n"),
    ["warning 4 [program:a] is there a second time: supervisor makes one of both, and the last of a key wins"],
  ],
  ["a duplicate key", conf("Command=y\n"), ["warning 4 command is there a second time: the last one wins"]],
  [
    "a byte order mark",
    `\uFEFF${conf("")}`,
    ["error 1 begins with a byte order mark: supervisor can't read its first line"],
  ],
  ["a Latin-1 byte", conf("directory=/caf\uFFFD\n"), ["error 4 is not UTF-8: supervisord can't read it"]],
  ["a key without a value", conf("autostart\n"), ["error 4 is no `key=value`: supervisor refuses the file"]],
  [
    "a key before the first section",
    "command=x\n[program:a]\n",
    ["error 1 stands before the first section: supervisor refuses the file", "error 1 has no section [program:a]"],
  ],

  [
    "a typo is ignored",
    conf("autorestrat=true\n"),
    ["warning 4 autorestrat is no option of a program, supervisor ignores it; did you mean autorestart?"],
  ],
  [
    "a key of nobody",
    conf("frobnicate=1\n"),
    ["warning 4 frobnicate is no option of a program, supervisor ignores it"],
  ],
  [
    "a socket's option without a socket",
    conf("socket_mode=0770\n"),
    ["warning 4 socket_mode is an option of [fcgi-program:…] only, supervisor ignores it here"],
  ],
  [
    "an indented option",
    conf("", "x\n  autostart=false"),
    ["error 2 command goes on in an indented line: autostart is part of its value, and no option"],
  ],
  ["a variable of several lines", conf('environment=A="x\n  autostart=false"\n'), []],
  ["a value of two lines", conf("", "x\n  --port=1"), ["warning 2 command goes on in an indented line"]],
  [
    "a comment within quotes",
    conf("", "sh -c 'exec a ;b'"),
    [
      "warning 2 command ends before ;: after a space that begins a comment, even in quotes",
      `error 2 command has a quote that stays open, or ends in a backslash (got "sh -c 'exec a")`,
    ],
  ],
  [
    "a colour that begins a comment",
    conf("", "x --color #fff"),
    ["warning 2 command ends before #: after a space that begins a comment, even in quotes"],
  ],
  [
    "a comment that depends on Python's version",
    conf("", "x a;b ;c # d"),
    ["warning 2 has several ; or #, and Python's versions differ on which begins a comment"],
  ],
  ["a comment that is one", conf("; note\n", "x ; the app"), []],
  ["a semicolon without a space", conf("", "x a;b#c"), []],

  ["a date's percent sign", conf('environment=A="+%Y"\n'), ["error 4 a percent sign in environment is written %%"]],
  [
    "+%s leaks the environment",
    conf("", "x +%s"),
    ["error 2 command: a bare %s would be replaced by the whole environment of supervisord, secrets and all"],
  ],
  ["a name that is none", conf("", "x %(foo)s"), ["error 2 command: %(foo) is no name that supervisor knows"]],
  [
    "a number's form",
    conf("", "x %(program_name)d"),
    ["error 2 command: %(program_name)d should read %(program_name)s"],
  ],
  [
    "a log is expanded twice",
    conf("stdout_logfile=/var/log/a%%b\n"),
    [
      "error 4 a percent sign in stdout_logfile is written %%, and four times in the path of a log, which supervisor expands twice",
    ],
  ],
  ["a log with four", conf("stdout_logfile=/var/log/a%%%%b\n"), []],
  [
    "%(here)s through a link",
    conf("directory=%(here)s\n"),
    ["warning 4 %(here)s in directory is the directory of the installed conf, not of the checkout"],
  ],

  ["environment cut at a space", conf("environment=A=a b,B=2\n"), [refused]],
  [
    "environment cut at a dollar",
    conf("environment=A=$HOME\n"),
    ["error 4 environment cuts A: put its value in quotes"],
  ],
  [
    "environment loses what is behind #",
    conf("environment=A=a#b,B=2\n"),
    ["error 4 environment cuts A: put its value in quotes", "error 4 environment loses B: put the values in quotes"],
  ],
  ["an empty value", conf("environment=A=,B=2\n"), [refused]],
  ["no comma", conf('environment=A="1" B="2"\n'), [refused]],
  ["an at sign", conf("environment=A=user@host\n"), [refused]],
  [
    "environment has a name too many",
    conf("environment=A=http://a/?b=c\n"),
    [
      "error 4 environment cuts A: put its value in quotes",
      "error 4 environment takes a part of a value for a name: put the values in quotes",
    ],
  ],
  ["a quote that stays open", conf('environment=A="1\n'), [refused]],
  ["a name twice", conf('environment=A="1",A="2"\n'), ["warning 4 environment has A twice: the last one wins"]],
  [
    "no shell in quotes either",
    conf('environment=A="$HOME/x"\n'),
    ["warning 4 environment has a variable of a shell in A, and no shell replaces it"],
  ],
  [
    "a backslash in double quotes",
    conf('environment=A="C:\\dir"\n'),
    ["warning 4 environment has a backslash in double quotes, which supervisor 4.4 reads otherwise: use single quotes"],
  ],
  ["several lines of environment", conf('environment=A="1",\n  B="2"\n'), []],

  ["root by omission", "[program:a]\ncommand=x\n", ["warning 1 has no user: the program would run as root"]],
  ["no command", "[program:a]\nuser=u\n", ["error 1 has no command"]],
  ["an empty command", conf("", ""), ['error 2 command is empty (got "")']],
  [
    "FOO=1 cmd",
    conf("", "FOO=1 run"),
    ["error 2 command begins with a variable: there is no shell, put it into environment"],
  ],
  ["a shell's sign", conf("", "a && b"), ["warning 2 command has &&, and no shell that would understand it"]],
  ["a shell's variable", conf("", "a $HOME"), ["warning 2 command has $HOME, and no shell that would understand it"]],
  ["a home in the command", conf("", "~/x"), ["error 2 command begins with ~, which supervisor does not expand"]],
  [
    "a home as directory",
    conf("directory=~/x\n"),
    ["error 4 directory begins with ~, which supervisor does not expand"],
  ],

  [
    "a relative command",
    conf("", "venv/bin/run"),
    ["warning 2 command is relative to the directory of supervisord, not to the checkout"],
  ],
  [
    "a relative directory",
    conf("directory=src\n"),
    ["warning 4 directory is relative to the directory of supervisord, not to the checkout"],
  ],
  ["a command that PATH finds", conf("", "python3 src/a.py"), []],
  [
    "numprocs=0 runs nothing",
    conf("numprocs=0\n"),
    ["error 4 numprocs=0 is no process at all, and no error to supervisor"],
  ],
  ["numprocs=-1", conf("numprocs=-1\n"), ["error 4 numprocs=-1 is no process at all, and no error to supervisor"]],
  [
    "numprocs=2 of one name",
    conf("numprocs=2\n"),
    ["error 4 process_name should contain %(process_num)d with more than one process"],
  ],
  [
    "a process called all",
    conf("process_name=all\n"),
    ["error 4 process_name should not be empty, all or *: supervisorctl takes it for every process"],
  ],
  [
    "a space in a name",
    conf("process_name=a b\n"),
    ['error 4 process_name should have no space, colon or slash (got "a b")'],
  ],
  ["endless restarts", conf("startsecs=0\nautorestart=true\n"), [`error 4 ${endless}`]],
  ["endless restarts of what fails", conf("startsecs=0\n"), [`warning 4 ${endless}`]],
  ["no restarts at all", conf("startsecs=0\nautorestart=false\n"), []],
  ["1.5 seconds", conf("startsecs=1.5\n"), ['error 4 startsecs should be a whole number (got "1.5")']],
  ["10s", conf("stopwaitsecs=10s\n"), ['error 4 stopwaitsecs should be a whole number (got "10s")']],
  [
    "a negative number",
    conf("startsecs=-1\nautorestart=false\n"),
    ["warning 4 startsecs is negative, which supervisor takes and nobody means"],
  ],
  [
    "exit codes",
    conf("exitcodes=0,256\n"),
    ['error 4 exitcodes should be exit codes, 0 to 255, with commas between (got "0,256")'],
  ],
  ["a signal", conf("stopsignal=TREM\n"), ['error 4 stopsignal should be a signal, as in TERM (got "TREM")']],
  ["a boolean", conf("autostart=maybe\n"), ['error 4 autostart should be true or false (got "maybe")']],
  [
    "autorestart",
    conf("autorestart=always\n"),
    ['error 4 autorestart should be true, false or unexpected (got "always")'],
  ],
  ["a mask", conf("umask=9\n"), ['error 4 umask should be an octal number (got "9")']],
  [
    "50M",
    conf("stdout_logfile_maxbytes=50M\n"),
    ['error 4 stdout_logfile_maxbytes should be bytes, or a number with KB, MB or GB and no fraction (got "50M")'],
  ],
  [
    "1.5MB",
    conf("stderr_logfile_maxbytes=1.5MB\n"),
    ['error 4 stderr_logfile_maxbytes should be bytes, or a number with KB, MB or GB and no fraction (got "1.5MB")'],
  ],
  [
    "a number that supervisorctl can't be told",
    conf("stdout_logfile_maxbytes=2GB\nstartsecs=2147483647\n"),
    ["warning 4 stdout_logfile_maxbytes is more than 2147483647: supervisorctl avail fails for the whole host"],
  ],
  [
    "killasgroup against stopasgroup",
    conf("stopasgroup=true\nkillasgroup=false\n"),
    ["error 5 killasgroup should not be false with stopasgroup: supervisor refuses that"],
  ],

  ["workers of uvicorn", conf("", "/opt/a/venv/bin/uvicorn app:app --workers 4"), survives("uvicorn")],
  ["gunicorn", conf("", "python3 -m gunicorn app:app"), survives("gunicorn")],
  ["uv run", conf("", "uv run app.py"), survives("uv")],
  ["poetry run", conf("", "env A=1 poetry run app"), survives("poetry")],
  ["sh -c", conf("", "sh -c 'cd /x; ./run'"), survives("sh -c")],
  ["litestar with workers", conf("", "/x/venv/bin/litestar run --wc 2"), survives("litestar")],
  ["one process of uvicorn", conf("", "/opt/a/venv/bin/uvicorn app:app"), []],
  ["sh -c exec", conf("", "sh -c 'exec ./run'"), []],
  ["workers as a group", conf("stopasgroup=true\n", "gunicorn app:app"), []],

  [
    "a log directory that may be missing",
    conf("stdout_logfile=/opt/a/logs/a.log\n"),
    [
      "warning 4 stdout_logfile needs the directory /opt/a/logs on the host: supervisord refuses its whole conf where that is missing",
    ],
  ],
  [
    "a relative log",
    conf("stdout_logfile=a.log\n"),
    ["warning 4 stdout_logfile is relative to the directory of supervisord"],
  ],
  [
    "a log of two processes",
    conf("numprocs=2\nprocess_name=a%(process_num)d\nstdout_logfile=/var/log/a.log\n"),
    [
      "warning 6 stdout_logfile should contain %(process_num)d: processes that rotate one file lose lines of each other",
    ],
  ],
  ["a log of each", conf("numprocs=2\nprocess_name=a%(process_num)d\nstdout_logfile=/var/log/a%(process_num)d\n"), []],
  [
    "a log that can't be rotated",
    conf("stdout_logfile=/dev/stdout\n"),
    ["error 4 stdout_logfile should go with stdout_logfile_maxbytes=0: what is there can't be rotated"],
  ],
  ["one without rotation", conf("stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\n"), []],
  [
    "syslog as a file",
    conf("stdout_logfile=syslog\n"),
    ["warning 4 stdout_logfile=syslog is deprecated: write stdout_syslog=true"],
  ],
  [
    "AUTO without rotation",
    conf("stdout_logfile_maxbytes=0\n"),
    ["warning 4 stdout_logfile_maxbytes=0 lets a file grow without end in supervisord's own directory"],
  ],
  [
    "a log that stays empty",
    conf("redirect_stderr=true\nstderr_logfile=/var/log/e.log\n"),
    ["warning 5 stderr_logfile is ignored with redirect_stderr=true"],
  ],

  ["no socket", "[fcgi-program:a]\ncommand=x\nuser=u\n", ["error 1 has no socket"]],
  [
    "a socket of no kind",
    socket("").replace("tcp://", ""),
    ['error 4 socket should be unix:///PATH or tcp://HOST:PORT (got "127.0.0.1:80")'],
  ],
  ["a backlog", socket("socket_backlog=0\n"), ['error 5 socket_backlog should be 1 to 65535 (got "0")']],
  [
    "a mode of a port",
    socket("socket_mode=0770\n"),
    ["error 5 socket_mode should go with a unix socket: supervisor refuses it for another"],
  ],
];

describe("what is said of a conf that the repository brings", () => {
  it.each(traps)("%s", (_, text, expected) =>
    expect(lintConf(text, "a", true).map(({ level, line, message }) => `${level} ${line} ${message}`)).toEqual(
      expected,
    ),
  );

  it("must not start by itself what is to stay stopped", () => {
    expect(lintConf(conf(""), "a", false).map(({ message }) => message)).toEqual([
      "should have autostart=false, as the settings say `start: false`",
    ]);
    expect(lintConf(conf("autostart=false\n"), "a", false)).toEqual([]);
  });

  it("shows no value of the environment", () => {
    for (const [, text] of traps.filter(([, text]) => text.includes("environment="))) {
      const secret = text.replace(/=([12])/g, "=hunter2").replace(/"([12])"/g, '"hunter2"');
      expect(JSON.stringify(lintConf(secret, "a", true))).not.toContain("hunter2");
    }
  });
});
