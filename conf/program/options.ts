import { z } from "zod";

const whole = (what: string) => z.int({ error: () => what });
const number = (min: number, text: string) =>
  z
    .int({ error: `should be a whole number${min > 0 ? ` of at least ${min}` : ""}` })
    .min(min, `should be at least ${min}`)
    .describe(text);
const seconds = (text: string) =>
  whole("should be a whole number of seconds").min(0, "should be a whole number of seconds").describe(text);
const flag = (text: string) => z.boolean({ error: "should be true or false" }).describe(text);
const sizes = 'should be a number of bytes, or one with KB, MB or GB, as in "50MB"';
const size = (text: string) =>
  z
    .union([z.int(sizes).min(0, sizes), z.string(sizes).regex(/^\d+ ?(KB|MB|GB)$/i, sizes)], { error: sizes })
    .describe(text);
const logfile = (text: string) =>
  z
    .string()
    .regex(/^(AUTO|NONE|\/.+)$/, "should be an absolute path, AUTO or NONE")
    .describe(text);
const signals = /^(SIG)?(TERM|HUP|INT|QUIT|KILL|USR1|USR2)$/i;
const exitCode = z
  .int({ error: "should be an exit code, 0 to 255" })
  .min(0)
  .max(255, "should be an exit code, 0 to 255");

const shape = {
  command: z
    .string({ error: "should be the command line of the program" })
    .min(1, "should not be empty")
    .describe(
      "The command line, without a shell. A relative first word is relative to the checkout (`venv/bin/litestar …`).",
    ),
  process_name: z
    .string()
    .regex(/^[^\s:/]+$/, "should have no space, colon or slash")
    .describe("Name of a process; with several it must contain `%(process_num)d`. Default `%(program_name)s`."),
  numprocs: number(1, "How many processes. Default 1."),
  numprocs_start: number(0, "First `process_num`. Default 0."),
  priority: whole("should be a whole number").describe("Order of start and stop, lower first. Default 999."),
  autostart: flag("Started when supervisord starts. Default: as `start` of the app."),
  startsecs: seconds("Seconds that it must run to count as started. Default 1."),
  startretries: number(0, "Tries to start it. Default 3."),
  autorestart: z
    .union([z.boolean(), z.literal("unexpected")], { error: "should be true, false or unexpected" })
    .describe("Started again when it ends: always, never, or at an unexpected exit code. Default true."),
  exitcodes: z
    .union([exitCode, z.array(exitCode)], { error: "should be exit codes, 0 to 255, as in [0, 2]" })
    .describe("Expected exit codes, for `autorestart: unexpected`. Default 0."),
  stopsignal: z.string().regex(signals, "should be TERM, HUP, INT, QUIT, KILL, USR1 or USR2").describe("Default TERM."),
  stopwaitsecs: seconds("Seconds after the stop signal until it is killed. Default 10."),
  stopasgroup: flag("The stop signal goes to the whole process group. Default true (supervisor's own: false)."),
  killasgroup: flag("So does the kill. Default: as `stopasgroup`."),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$|^\d+$/, "should be the name of a Linux user")
    .describe("Account that it runs as. Default: `user` of the app."),
  redirect_stderr: flag(
    "Its standard error goes to the log of its standard output. Default true (supervisor's own: false).",
  ),
  stdout_logfile: logfile("Its log. Default `/var/log/<app>.log`."),
  stdout_logfile_maxbytes: size("The log is rotated at this size, 0 for never. Default 50MB."),
  stdout_logfile_backups: number(0, "How many rotated logs are kept. Default 10."),
  stdout_capture_maxbytes: size("For PROCESS_COMMUNICATION events. Default 0."),
  stdout_events_enabled: flag("Default false."),
  stdout_syslog: flag("Its output goes to syslog too. Default false."),
  stderr_logfile: logfile("Log of its standard error, without `redirect_stderr`. Default AUTO."),
  stderr_logfile_maxbytes: size("Default 50MB."),
  stderr_logfile_backups: number(0, "Default 10."),
  stderr_capture_maxbytes: size("Default 0."),
  stderr_events_enabled: flag("Default false."),
  stderr_syslog: flag("Default false."),
  directory: z
    .string()
    .min(1, "should not be empty")
    .describe("Working directory; a relative one is below the checkout. Default: the checkout."),
  umask: z
    .string()
    .regex(/^[0-7]{3,4}$/, 'should be an octal mask in quotes, as in "022"')
    .describe("Default: supervisord's."),
  serverurl: z
    .string()
    .regex(/^(AUTO|https?:\/\/|unix:\/\/)/, "should be a URL or AUTO")
    .describe("Default AUTO."),
};

/** Every option of supervisor's `[program:x]` (4.2.5 to 4.3.0) but `environment`, which is a key of the app. */
export const programOptions = z.strictObject({ ...z.object(shape).partial().shape, command: shape.command });

export type ProgramOptions = z.infer<typeof programOptions>;

/** The names, in the order in which they are written. */
export const optionNames = Object.keys(shape) as (keyof ProgramOptions)[];

/** What supervisor refuses, or should, of options together: `[option, what is wrong]`. Looks at values as written. */
export function optionProblems(options: Record<string, unknown>): [string, string][] {
  const { stopasgroup, killasgroup, numprocs, process_name, startsecs, autorestart } = options;
  const problems: [string, string][] = [];
  if (stopasgroup !== false && killasgroup === false)
    problems.push(["killasgroup", "should not be false with stopasgroup: supervisor refuses that"]);
  if (typeof numprocs === "number" && numprocs > 1 && !String(process_name ?? "").includes("%(process_num)"))
    problems.push(["process_name", "should contain %(process_num)d with more than one process"]);
  if (startsecs === 0 && autorestart !== false && autorestart !== "unexpected")
    problems.push(["startsecs", "should not be 0 while autorestart is on: a crash would be restarted without end"]);
  if (options.redirect_stderr !== false && String(options.stderr_logfile ?? "").startsWith("/"))
    problems.push(["stderr_logfile", "should go with redirect_stderr: false: nothing would be written there"]);
  return problems;
}
