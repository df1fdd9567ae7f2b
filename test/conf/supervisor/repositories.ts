import fc from "fast-check";

/** Texts as people and their mistakes write them, for each of the readers. */
const textOf = (...units: string[]) =>
  fc.array(fc.constantFrom(...units), { maxLength: 14 }).map((all) => all.join(""));

const lines = [
  ..."\n=:;#[] a\t\u00a0",
  "\r\n",
  "\r",
  "\n ",
  "\n\t",
  "\n\n",
  " ;",
  " #",
  "[a]\n",
  "[a] x\n",
  "[b]c]\n",
  "[DEFAULT]\n",
  "key=v",
  "\nKey = v w",
  "\n  more",
  "\n; note",
  "a;b ;c #d",
  "\u0085",
  "\u001c",
  "\uFEFF",
  "é",
];
export const texts = {
  sections: fc.oneof(
    textOf(...lines),
    textOf(...lines).map((text) => `[a]\n${text}`),
  ),
  words: textOf(..."ab \t\n\"'\\#;=$", '\\"', "\\'", "  ", "é", "\u00a0"),
  environment: fc.oneof(
    textOf(..."AB=,;'\"# \n\t@$:/.+-()%\\é", 'A="1"', ",B='x y'", "C=a b", "D=a#b,", "E=$HOME"),
    textOf('A="1"', ",", "B='x'", " ", "\n", "C=1", "D=a/b", ";", "E=''", 'F="a,b=c"'),
  ),
  expand: textOf(
    ..."%a()s d.5-0#*",
    "%%",
    "%s",
    "%(program_name)s",
    "%(process_num)02d",
    "%(program_name).0s",
    "%(process_num)s",
    "%(ENV_STAGE)s",
    "%(nothing)s",
    "%(here)s",
    "%(program_name)d",
    "%(process_num)-4d",
    "%Y",
  ),
};

const value = textOf(
  ..."a5%;#\"'~/ ,=-",
  " ;",
  " #x",
  "%%",
  "%%%%",
  "%(program_name)s",
  "/tmp/",
  "true",
  "\n x",
  "10",
  "MB",
);
const settings: Record<string, string[]> = {
  command: ["/bin/x", "/bin/x 'a b'", "sh -c 'a ; b'", "x 50%", "x %(process_num)d", ""],
  process_name: ["%(program_name)s", "%(program_name)s_%(process_num)02d", "a b", "x"],
  numprocs: ["1", "2", "0", "-1", "1.5"],
  numprocs_start: ["0", "7"],
  priority: ["1", "-1", "high"],
  autostart: ["true", "False", "ON", "0", "maybe"],
  autorestart: ["true", "unexpected", "Unexpected", "off", "always"],
  startsecs: ["0", "1", "10", "1.5", "10s", "-1", "1_0", "+3"],
  startretries: ["3", "x"],
  exitcodes: ["0", "0, 2", "", "256", "a,b", "-1"],
  stopsignal: ["TERM", "sigint", "9", "STOP", "FOO", "0", "99"],
  stopwaitsecs: ["10", "30", "1m"],
  stopasgroup: ["true", "false", "si"],
  killasgroup: ["true", "false"],
  user: ["root", "0"],
  redirect_stderr: ["true", "false"],
  umask: ["022", "0o22", "9", "abc"],
  serverurl: ["AUTO", "http://x"],
  directory: ["/tmp", "/tmp/%(program_name)s", "/a %"],
  stdout_logfile: [
    "/tmp/a.log",
    "/tmp/%(program_name)s-%(process_num)02d.log",
    "NONE",
    "auto",
    "/tmp/a%%b",
    "/tmp/a%%%%b",
  ],
  stdout_logfile_maxbytes: ["50MB", "50M", "1.5MB", "1 kb", "0", "-1"],
  stdout_logfile_backups: ["10", "x"],
  stderr_logfile: ["/tmp/e.log", "NONE"],
  stderr_capture_maxbytes: ["1MB", "1M"],
  stdout_events_enabled: ["true", "2"],
  stderr_syslog: ["false", "x"],
  environment: ['A="1"', "A=1,B=2", "A=a b", "A=", 'A="%%"', 'A="%"', 'A="a ; b"', 'A="1",\n B="2"', "A=$HOME", "A"],
  autorestrat: ["true"],
  socket_mode: ["0700", "700", "9"],
  socket_owner: ["root", "root:root", "0"],
  socket_backlog: ["10", "0", "x"],
  socket: ["tcp://127.0.0.1:0", "tcp://x:99999", "unix:///tmp/x", "unix://x", "%(group_name)s"],
};
const option = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(...Object.keys(settings))
      .chain((key) => fc.constantFrom(...settings[key]!).map((text) => `${key}=${text}`)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("command", "environment", "directory", "startsecs"), value)
      .map((pair) => pair.join("=")),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "; note",
      "# note",
      "",
      "  more",
      "oops",
      "[x]",
      "[Program:app]",
      "[program:app]",
      "[group:g]",
    ),
  },
);

/** Confs of `app`, many of them right. */
export const confs = fc
  .tuple(
    fc.constantFrom("[program:app]", "[program:app]", "[program:app]", "[fcgi-program:app]"),
    fc.array(option, { maxLength: 5 }),
  )
  .map(([header, options]) => {
    const socket = header.startsWith("[fcgi") ? ["socket=tcp://127.0.0.1:80"] : [];
    return [header, "command=/bin/true", ...socket, ...options, ""].join("\n");
  });
