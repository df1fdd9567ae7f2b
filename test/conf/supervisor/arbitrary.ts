import { hostname } from "node:os";
import fc from "fast-check";
import type { ProgramOptions } from "../../../conf/program/options";
import type { Program } from "../../../conf/program/write";

/** What is ordinary, what means something to one of the parsers, and what white space there is. */
const plain = [..."aZ09_-./:=,@+&|<>*?~{}()^é€😀", "word", "--port", "\uFEFF"];
const special = [..."%;#[]$`!", " ;", " #", "%%", "%s", "%(here)s", "%(nothing)s", "%(program_name)", "[supervisord]"];
const expansions = ["%(program_name)s", "%(process_num)02d", "%(process_num)s", "%(numprocs)d", "%(ENV_STAGE)s"];
const spaces = [" ", "  ", "\t", "\u00A0", "\u3000", "\u2028"];
/** No option may have these, and a variable may. */
const controls = ["\n", "\n\n", " \n ", "\n#", "\n;x", "\n[program:evil]\ncommand=x\n", "\u0085", "\u001C", "\u000B"];

const textOf = (...units: string[][]) =>
  fc.array(fc.constantFrom(...units.flat()), { maxLength: 12 }).map((parts) => parts.join(""));

/** A value of the environment: with one kind of quotes, the other, or anything at all. */
export const value = fc.oneof(
  textOf(plain, special, expansions, spaces, controls, ["'"]),
  textOf(plain, special, expansions, spaces, controls, ['"', "\\"]),
  textOf(plain, special, spaces, controls, ['"', "'", "\\", "\r", "\0", "\uD800"]),
  fc.string({ unit: "grapheme", maxLength: 20 }),
);

/** A text that an option may have: no control characters, and no white space at its ends. */
const option = textOf(plain, special, expansions, spaces).map((text) => text.trim());
const word = textOf(plain, special, expansions, spaces, ["'", '"', "\\"]);
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const doubled = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
/** A path in a directory that is there; what stands in it is one name. */
const log = fc.oneof(
  fc.constantFrom("AUTO", "NONE"),
  option.map((text) => `/tmp/${text.replaceAll("/", "-")}x`),
);
const size = fc.oneof(fc.nat(2 ** 31 - 1), fc.constantFrom("50MB", "1kb", "1 GB", "0 KB"));
const octal = fc.nat(0o777).map((mode) => mode.toString(8).padStart(3, "0"));
const natural = fc.oneof(fc.nat(20), fc.nat(2 ** 31 - 1));

export interface Case {
  program: Program;
  /** Of which environment values are handed over as secrets. */
  secrets: string[];
  /** The words that the command was made from. */
  words: string[];
}

const options = fc.record(
  {
    priority: fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }),
    numprocs: fc.integer({ min: 1, max: 3 }),
    numprocs_start: fc.nat(100),
    autostart: fc.boolean(),
    startsecs: natural.map((seconds) => seconds + 1),
    startretries: natural,
    autorestart: fc.constantFrom(true, false, "unexpected" as const),
    exitcodes: fc.oneof(fc.nat(255), fc.array(fc.nat(255), { maxLength: 4 })),
    stopsignal: fc.constantFrom("TERM", "SIGHUP", "int", "QUIT", "kill", "USR1", "sigusr2"),
    stopwaitsecs: natural,
    stopasgroup: fc.boolean(),
    user: fc.constantFrom("root", "0"),
    redirect_stderr: fc.boolean(),
    stdout_logfile: log,
    stdout_logfile_maxbytes: size,
    stdout_logfile_backups: natural,
    stdout_capture_maxbytes: size,
    stdout_events_enabled: fc.boolean(),
    stdout_syslog: fc.boolean(),
    stderr_logfile_maxbytes: size,
    stderr_logfile_backups: natural,
    stderr_capture_maxbytes: size,
    stderr_events_enabled: fc.boolean(),
    stderr_syslog: fc.boolean(),
    directory: fc.oneof(
      option.map((text) => `/${text}`),
      option.map((text) => `d${text}`),
    ),
    umask: octal,
    serverurl: fc.constantFrom("AUTO", "http://127.0.0.1:9001", "unix:///run/supervisor.sock"),
    socket: fc.constantFrom("unix:///run/%(program_name)s.sock", "tcp://127.0.0.1:8000", "tcp://Example.org:65535"),
    socket_backlog: fc.integer({ min: 1, max: 65535 }),
    socket_mode: octal,
  },
  { requiredKeys: [] },
);

export const programs: fc.Arbitrary<Case> = fc
  .record({
    options,
    stderr: fc.option(log, { nil: undefined }),
    kill: fc.boolean(),
    words: fc.array(word, { maxLength: 4 }),
    marks: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    start: fc.boolean(),
    environment: fc.dictionary(fc.stringMatching(/^[A-Za-z_]\w{0,5}$/), value, { maxKeys: 4 }),
    secret: fc.boolean(),
  })
  .map(({ options: chosen, stderr, kill, words, marks, start, environment, secret }) => {
    const command = ["bin/run", ...words.map((text, i) => (marks[i] ? quoted(text) : doubled(text)))].join(" ");
    const all: ProgramOptions = { ...chosen, command };
    // What the settings would refuse is not asked.
    if ((all.numprocs ?? 1) > 1) all.process_name = "%(program_name)s-%(process_num)02d";
    if (all.stopasgroup === false) all.killasgroup = kill;
    if (stderr !== undefined && all.redirect_stderr === false) all.stderr_logfile = stderr;
    if (all.socket === undefined) delete all.socket_backlog;
    if (!all.socket?.startsWith("unix:")) delete all.socket_mode;
    return {
      program: {
        name: "app",
        options: all,
        checkout: "/opt/the app's 50%",
        user: "root",
        log: "/tmp/app.log",
        start,
        environment,
        secretNames: [],
      },
      secrets: secret ? Object.keys(environment) : [],
      words: ["/opt/the app's 50%/bin/run", ...words],
    };
  });

/** What a text of an option is to a process: supervisor's names are replaced, all else stays. */
export const replaced = (text: string, { options }: Program, number: number): string =>
  text
    .replaceAll("%(program_name)s", "app")
    .replaceAll("%(host_node_name)s", hostname())
    .replaceAll("%(process_num)02d", String(number).padStart(2, "0"))
    .replaceAll("%(process_num)s", String(number))
    .replaceAll("%(numprocs)d", String(options.numprocs ?? 1))
    .replaceAll("%(ENV_STAGE)s", "blue");
