import { placeholder } from "../template";
import { optionNames, type ProgramOptions } from "./options";

export interface Program {
  /** Name of program and group. */
  name: string;
  options: ProgramOptions;
  /** Absolute path that relative commands and directories are below. */
  checkout: string;
  /** Account that runs it, where `options.user` says nothing. */
  user: string;
  /** Log, where `options.stdout_logfile` says nothing. */
  log: string;
  /** Whether it is to run; a stopped one must not start at a boot. */
  start: boolean;
  /** Plain values by name. */
  environment: Readonly<Record<string, string>>;
  /** Names whose values are secret: the text has `${secret:environment.NAME}` in their place. */
  secretNames: readonly string[];
}

/** The conf of a program: pure and lossless, or an error that names the option and shows no value. */
export function renderProgram(program: Program): string {
  const options = { ...defaultsOf(program), ...program.options };
  const located = {
    ...options,
    command: locateCommand(options.command, program.checkout),
    directory: locate(options.directory ?? ".", program.checkout),
  };
  const lines = optionNames
    .filter((name) => located[name] !== undefined)
    .map((name) => `${name}=${encodeOption(name, located[name]!)}`);
  const environment = [
    ...Object.entries(program.environment).map(([name, value]) => `${name}=${encodeEnvironmentValue(value, name)}`),
    ...program.secretNames.map((name) => `${name}=${placeholder(`environment.${name}`)}`),
  ].sort();
  return [
    "; Made by supervised from the stack config: edit it there.",
    `[program:${program.name}]`,
    ...lines,
    ...(environment.length > 0 ? [`environment=${environment.join(",")}`] : []),
    "",
  ].join("\n");
}

/** Without stopasgroup the workers of a server survive its stop; without a log nobody knows why it died. */
const defaultsOf = ({ user, log, start }: Program): Partial<ProgramOptions> => ({
  autostart: start,
  autorestart: true,
  stopasgroup: true,
  killasgroup: true,
  user,
  redirect_stderr: true,
  stdout_logfile: log,
});

/** `venv/bin/litestar run` → `/opt/exampleapp/venv/bin/litestar run`; a bare word such as `sh` is found by PATH. */
export function locateCommand(command: string, checkout: string): string {
  const first = /^\S+/.exec(command)?.[0] ?? "";
  return first.includes("/") && !/^[/"'%~]/.test(first) ? `${checkout}/${command}` : command;
}

const locate = (path: string, checkout: string): string => {
  if (path === ".") return checkout;
  return /^[/%~]/.test(path) ? path : `${checkout}/${path}`;
};

/** supervisor expands these twice, so a percent sign is written four times. */
const twice = new Set(["stdout_logfile", "stderr_logfile"]);
/** What a user may write on purpose: `%(process_num)02d` and its like. */
const expansion = /%\((program_name|group_name|host_node_name|process_num|numprocs|ENV_\w+)\)0?\d*[sd]/;

function encodeOption(name: keyof ProgramOptions, value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  if (typeof value !== "string") return String(value);
  if (/[\r\n\0]/.test(value)) throw new Error(`program.${name}: should be one line`);
  if (value !== value.trim()) throw new Error(`program.${name}: should not begin or end with a space`);
  const percent = twice.has(name) ? "%%%%" : "%%";
  const parts = value.split(new RegExp(`(${expansion.source})`)).filter((_, i) => i % 3 !== 2);
  return unspaced(parts.map((part, i) => (i % 2 === 0 ? part.replaceAll("%", percent) : part)).join(""));
}

/**
 * A value as it stands behind `NAME=` in `environment=`, with its quotes. Up to 4.3 there is no escape, and 4.4 takes a
 * backslash in double quotes for one: so single quotes wherever there is a backslash or a double quote.
 */
export function encodeEnvironmentValue(value: string, name = "value"): string {
  const refuse = (why: string) => new Error(`environment.${name}: ${why}, which supervisor's environment= can't hold`);
  if (/\0/.test(value)) throw refuse("has a NUL character");
  if (value.includes('"') && value.includes("'")) throw refuse("has both kinds of quotes");
  if (/^["']|["']$/.test(value)) throw refuse("begins or ends with a quote");
  // A continuation line loses its indent, an empty one ends the value, and one that starts with # or ; is dropped.
  if (/[\r\n]/.test(value)) throw refuse("has a line break");
  const quote = /["\\]/.test(value) ? "'" : '"';
  if (quote === "'" && value.includes("'")) throw refuse("has a backslash and a single quote");
  return unspaced(`${quote}${value.replaceAll("%", "%%")}${quote}`);
}

/** A space before `;` or `#` would begin a comment, even inside quotes: an expansion to nothing stands between. */
const unspaced = (text: string): string => text.replace(/(\s)(?=[;#])/g, "$1%(program_name).0s");
