import { splitWords } from "./words";

/** What supervisor refuses a value for, in its own terms; undefined for what it takes. */
type Rule = (value: string) => string | undefined;

const int: Rule = (value) => (/^\s*[+-]?\d+(_\d+)*\s*$/.test(value) ? undefined : "should be a whole number");
const within =
  (min: number, max: number, should: string): Rule =>
  (value) =>
    int(value) ?? (Number(value) >= min && Number(value) <= max ? undefined : should);
const oneOf =
  (should: string, ...words: string[]): Rule =>
  (value) =>
    words.includes(value.toLowerCase()) ? undefined : should;
const booleans = ["true", "yes", "on", "1", "false", "no", "off", "0"];
const boolean = oneOf("should be true or false", ...booleans);
const size: Rule = (value) =>
  int(value.replace(/[kmg]b$/i, "")) === undefined
    ? undefined
    : "should be bytes, or a number with KB, MB or GB and no fraction";
const octal: Rule = (value) =>
  /^\s*[+-]?(0o)?[0-7]+(_[0-7]+)*\s*$/i.test(value) ? undefined : "should be an octal number";
const exitCodes: Rule = (value) =>
  value === "" || value.split(",").every((code) => within(0, 255, "")(code) === undefined)
    ? undefined
    : "should be exit codes, 0 to 255, with commas between";
const signals =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO POLL PWR SYS IOT RTMIN RTMAX".split(
    " ",
  );
const signal: Rule = (value) => {
  const known = /^\s*[+]?\d+\s*$/.test(value)
    ? Number(value) <= 31 || [34, 64].includes(Number(value))
    : signals.includes(value.trim().toUpperCase().replace(/^SIG/, ""));
  return known ? undefined : "should be a signal, as in TERM";
};
const command: Rule = (value) => {
  const words = splitWords(value);
  if (words === undefined) return "has a quote that stays open, or ends in a backslash";
  return words.length === 0 ? "is empty" : undefined;
};
const processName: Rule = (value) => (/[ :/]/.test(value.trim()) ? "should have no space, colon or slash" : undefined);
const socket: Rule = (value) => {
  const port = /^tcp:\/\/[^\s:]+:(\d+)$/.exec(value)?.[1];
  const fits = port === undefined ? value.startsWith("unix:///") : within(1, 65535, "")(port) === undefined;
  return fits ? undefined : "should be unix:///PATH or tcp://HOST:PORT";
};
const any: Rule = () => undefined;

const streams = (name: string): Record<string, Rule> => ({
  [`${name}_logfile`]: any,
  [`${name}_logfile_maxbytes`]: size,
  [`${name}_logfile_backups`]: int,
  [`${name}_capture_maxbytes`]: size,
  [`${name}_events_enabled`]: boolean,
  [`${name}_syslog`]: boolean,
});

/** Of each option of `[program:x]`, after expansion. */
export const programRules: Readonly<Record<string, Rule>> = {
  command,
  process_name: processName,
  numprocs: int,
  numprocs_start: int,
  priority: int,
  autostart: boolean,
  startsecs: int,
  startretries: int,
  autorestart: oneOf("should be true, false or unexpected", ...booleans, "unexpected"),
  exitcodes: exitCodes,
  stopsignal: signal,
  stopwaitsecs: int,
  stopasgroup: boolean,
  killasgroup: boolean,
  user: (value) => (/^\S+$/.test(value) ? undefined : "should be the name of a Linux user"),
  redirect_stderr: boolean,
  ...streams("stdout"),
  ...streams("stderr"),
  directory: any,
  umask: octal,
  serverurl: any,
  environment: any,
};

/** Of those that `[fcgi-program:x]` has beside. */
export const socketRules: Readonly<Record<string, Rule>> = {
  socket,
  socket_owner: any,
  socket_mode: octal,
  socket_backlog: within(1, 65535, "should be 1 to 65535"),
};

export const isTrue = (value: string | undefined): boolean => /^(true|yes|on|1)$/i.test(value ?? "");

/** A whole number as Python reads one; the default where there is none. */
export function numberOf(value: string | undefined, otherwise: number): number {
  const number = value === undefined ? Number.NaN : Number(value.trim().replaceAll("_", ""));
  return Number.isInteger(number) ? number : otherwise;
}
