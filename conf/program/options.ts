import { z } from "zod";
import { splitWords } from "./words";

/** supervisor tells its options over XML-RPC, which has no larger number: one of them breaks `supervisorctl avail`. */
export const largest = 2 ** 31 - 1;

const number = (min: number, text: string, max = largest) =>
  z
    .int({ error: `should be a whole number${min > 0 ? ` of at least ${min}` : ""}` })
    .min(min, `should be at least ${min}`)
    .max(max, `should be at most ${max}`)
    .describe(text);
const seconds = (text: string) => {
  const should = "should be a whole number of seconds";
  return z.int({ error: should }).min(0, should).max(largest, `should be at most ${largest}`).describe(text);
};
const flag = (text: string) => z.boolean({ error: "should be true or false" }).describe(text);

const units: Record<string, number> = { kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 };
/** `50MB` → bytes. */
export const bytesOf = (value: string | number): number => {
  const [, amount = "", unit = ""] = /^(\d+) ?(\w*)$/.exec(String(value)) ?? [];
  return Number(amount) * (units[unit.toLowerCase()] ?? 1);
};
const sizes = 'should be a number of bytes, or one with KB, MB or GB, as in "50MB"';
const size = (text: string) =>
  z
    .union([z.int(sizes).min(0, sizes), z.string(sizes).regex(/^\d+ ?(KB|MB|GB)$/i, sizes)], { error: sizes })
    .refine((value) => bytesOf(value) <= largest, "should be less than 2GB: supervisorctl avail fails with more")
    .describe(text);

const logfile = (text: string) =>
  z
    .string({ error: "should be an absolute path, AUTO or NONE" })
    .regex(/^(AUTO|NONE|\/.+)$/, "should be an absolute path, AUTO or NONE")
    .describe(text);
const octal = (error: string, text: string) =>
  z
    .string({ error })
    .regex(/^0?[0-7]{3}$/, error)
    .describe(text);
const signals = /^(SIG)?(TERM|HUP|INT|QUIT|KILL|USR1|USR2)$/i;
const exitCode = z
  .int({ error: "should be an exit code, 0 to 255" })
  .min(0, "should be an exit code, 0 to 255")
  .max(255, "should be an exit code, 0 to 255");

const command = z
  .string({ error: "should be the command line of the program" })
  .min(1, "should not be empty")
  .refine((text) => splitWords(text) !== undefined, "has a quote that stays open, or ends in a backslash")
  .refine((text) => splitWords(text)?.length !== 0, "should not be empty")
  .describe(
    "The command line: words, with quotes and backslashes as in a shell; there is no shell, so no `$HOME`, `&&`, `|` or `A=1 cmd`. A relative first word with a slash is below the checkout (`venv/bin/litestar …`), one without is found by PATH. Required.",
  );

const shape = {
  command,
  process_name: z
    .string({ error: "should be a text" })
    .regex(
      /^(?!all$)([\w.@+-]|%\(\w+\)0?\d*[sd])+$/,
      "should be letters, digits, . _ - @ + and expansions as %(process_num)d, and not all",
    )
    .describe(
      "Name of a process: letters, digits, `.`, `_`, `-`, `@`, `+` and expansions; not `all`, which `supervisorctl` takes for every process. With `numprocs` above 1 it must contain `%(process_num)d`. Default `%(program_name)s`.",
    ),
  numprocs: number(
    1,
    "How many processes. 0 and less are no error to supervisor, and no processes. A change restarts them all. Default 1.",
  ),
  numprocs_start: number(0, "The first `process_num`. Default 0."),
  priority: z
    .int({ error: "should be a whole number" })
    .min(-largest, `should be at least -${largest}`)
    .max(largest, `should be at most ${largest}`)
    .describe("Order of start, lower first, and of stop, higher first. Default 999."),
  autostart: flag(
    "Started as supervisord starts, and at each update of its conf even if it was stopped by hand. Default: as `start` of the app (supervisor's own: true).",
  ),
  startsecs: seconds(
    "Seconds that it must run to count as started (STARTING → RUNNING); an earlier end is a failure at any exit code. Default 1.",
  ),
  startretries: number(
    0,
    "How often a start that fails is tried again, each time a second later, before it is FATAL. Default 3.",
  ),
  autorestart: z
    .union([z.boolean(), z.literal("unexpected")], { error: "should be true, false or unexpected" })
    .describe(
      "Started again when it ends while RUNNING: always, never, or at an exit code that is none of `exitcodes`. Default true (supervisor's own: unexpected).",
    ),
  exitcodes: z
    .union([exitCode, z.array(exitCode)], { error: "should be exit codes, 0 to 255, as in [0, 2]" })
    .describe("Expected exit codes, 0 to 255, one or a list; for `autorestart: unexpected`. Default 0."),
  stopsignal: z
    .string({ error: "should be TERM, HUP, INT, QUIT, KILL, USR1 or USR2" })
    .regex(signals, "should be TERM, HUP, INT, QUIT, KILL, USR1 or USR2")
    .describe("TERM, HUP, INT, QUIT, KILL, USR1 or USR2, with or without SIG. Default TERM."),
  stopwaitsecs: seconds("Seconds after the stop signal until it is killed. Default 10."),
  stopasgroup: flag(
    "The stop signal goes to the whole process group. Without it the workers of a server, or what `sh -c` and `uv run` started, survive a stop. Default true (supervisor's own: false).",
  ),
  killasgroup: flag(
    "The kill goes to the whole process group. Not false with `stopasgroup`: supervisor refuses that. Default: as `stopasgroup`.",
  ),
  user: z
    .string({ error: "should be the name of a Linux user" })
    .regex(/^[a-z_][a-z0-9_-]*$|^\d+$/, "should be the name of a Linux user")
    .describe(
      "Account that it runs as, by name or number; it must be on the host. HOME and USER stay those of supervisord: set them in `environment`. Default: `user` of the app (supervisor's own: root).",
    ),
  redirect_stderr: flag(
    "Its standard error goes to the log of its standard output. Default true (supervisor's own: false).",
  ),
  stdout_logfile: logfile(
    "Its log: an absolute path whose directory is on the host (supervisord refuses its whole conf otherwise), AUTO (a file that supervisord removes when it starts), or NONE. With several processes it should contain `%(process_num)d`: two that rotate one file lose lines. Default `/var/log/<app>.log`, of several processes `/var/log/<app>-00.log` and so on (supervisor's own: AUTO).",
  ),
  stdout_logfile_maxbytes: size(
    "The log is rotated at this size: bytes, or a number with KB, MB or GB; 0 for never. Must be 0 for what can't be rotated, as `/dev/stdout`. Default 50MB.",
  ),
  stdout_logfile_backups: number(0, "How many rotated logs are kept. Default 10."),
  stdout_capture_maxbytes: size(
    "Bytes kept of what it writes between the marks of PROCESS_COMMUNICATION events; 0 for no such events. Default 0.",
  ),
  stdout_events_enabled: flag("Each write to its standard output is a PROCESS_LOG_STDOUT event. Default false."),
  stdout_syslog: flag("Its output goes to syslog too. Default false."),
  stderr_logfile: logfile(
    "Log of its standard error, as `stdout_logfile`; only with `redirect_stderr: false`. Default AUTO.",
  ),
  stderr_logfile_maxbytes: size("As `stdout_logfile_maxbytes`. Default 50MB."),
  stderr_logfile_backups: number(0, "As `stdout_logfile_backups`. Default 10."),
  stderr_capture_maxbytes: size("As `stdout_capture_maxbytes`. Default 0."),
  stderr_events_enabled: flag("Each write to its standard error is a PROCESS_LOG_STDERR event. Default false."),
  stderr_syslog: flag("Its standard error goes to syslog too. Default false."),
  directory: z
    .string({ error: "should be a directory" })
    .min(1, "should not be empty")
    .describe(
      "Working directory; a relative one is below the checkout. supervisor looks only at the start whether it is there. Default: the checkout (supervisor's own: that of supervisord).",
    ),
  umask: octal(
    'should be an octal mask in quotes, as in "022"',
    'File mode mask, octal and in quotes, as in "022". Default: that of supervisord.',
  ),
  serverurl: z
    .string({ error: "should be a URL or AUTO" })
    .regex(/^(AUTO|https?:\/\/\S+|unix:\/\/\S+)$/, "should be a URL or AUTO")
    .describe("URL of supervisord that the process is told as SUPERVISOR_SERVER_URL. Default AUTO."),
  socket: z
    .string({ error: "should be unix:///PATH or tcp://HOST:PORT" })
    .regex(/^unix:\/\/\/\S+[^\s/]$|^tcp:\/\/[^\s:/]+:[1-9]\d{0,4}$/, "should be unix:///PATH or tcp://HOST:PORT")
    .describe(
      "Makes the section `[fcgi-program:x]`: supervisord opens this socket and each process has it as file descriptor 0 (`uvicorn --fd 0`), so it stays open while processes restart. `unix:///run/shop.sock` or `tcp://127.0.0.1:8000`. Default: none.",
    ),
  socket_owner: z
    .string({ error: "should be USER or USER:GROUP" })
    .regex(/^[\w.-]+(:[\w.-]+)?$/, "should be USER or USER:GROUP")
    .describe(
      "Owner of the unix socket, `user` or `user:group`. supervisor's own `update` does not see a change of it alone. Default: `user` and its group.",
    ),
  socket_mode: octal(
    'should be an octal mode in quotes, as in "0770"',
    'Mode of the unix socket, octal and in quotes. With the default a proxy of another account can not connect. supervisor does not see a change of it alone. Default "0700".',
  ),
  socket_backlog: number(
    1,
    "How many connections may wait at the socket, 1 to 65535. supervisor's own `update` does not see a change of it alone. Default: the system's largest (SOMAXCONN).",
    65535,
  ),
};

/** Every option of supervisor's `[program:x]` and `[fcgi-program:x]`, 4.2.5 to 4.3.0. */
export const programOptions = z.strictObject({
  ...z.object(shape).partial().shape,
  command,
  environment: z.undefined({ error: "should stand beside program, as `environment` of the app" }).optional(),
});

export type ProgramOptions = Omit<z.infer<typeof programOptions>, "environment">;

/** The names, in the order in which they are written. */
export const optionNames = Object.keys(shape) as (keyof ProgramOptions)[];

/** What is said of one: rule, unit and default. */
export const optionText = (name: keyof ProgramOptions): string => shape[name].description ?? "";
