import { withEnvironmentFile } from "../environmentFile";
import { placeholder } from "../template";
import { encodeEnvironmentValue, encodeOption } from "./encode";
import { optionNames, type ProgramOptions } from "./options";
import { quoteWord, splitWords } from "./words";

export { encodeEnvironmentValue } from "./encode";

export interface Program {
  /** Name of program and group. */
  name: string;
  options: ProgramOptions;
  /** Absolute path that relative commands and directories are below. */
  checkout: string;
  /** Account that runs it, where `options.user` says nothing. */
  user: string;
  /** Log, where `options.stdout_logfile` says nothing; of several processes each has one, `/var/log/shop-00.log`. */
  log: string;
  /** Whether it is to run; a stopped one must not start at a boot. */
  start: boolean;
  /** What a login would set and supervisor does not, by name; the environment wins. @default none */
  account?: Readonly<Record<string, string>>;
  /** Plain values by name. */
  environment: Readonly<Record<string, string>>;
  /** A file that the program has its environment from, in place of `environment=`. @default none */
  environmentFile?: string;
  /** Names whose values are secret: the text has `${secret:environment.NAME}` in their place. */
  secretNames: readonly string[];
}

/** The conf of a program: pure and lossless, or an error that names the option and shows no value. */
export function renderProgram(program: Program): string {
  const names = [...Object.keys(program.environment), ...program.secretNames];
  // Names stand in the text as they are: they must not be able to say anything else.
  if (!/^[\w.-]+$/.test(program.name)) throw new Error("program: its name should be letters, digits, dots, _ and -");
  for (const name of names)
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error("environment: should have names of letters, digits and _");
  const options = { ...defaultsOf(program), ...program.options };
  const located = {
    ...options,
    command: commandOf(options.command, program),
    directory: locate(options.directory ?? ".", program.checkout),
  };
  const lines = optionNames
    .filter((name) => located[name] !== undefined)
    .map((name) => `${name}=${encodeOption(name, located[name]!)}`);
  const environment = environmentOf(program);
  return [
    "; Made by supervised from the stack config: edit it there.",
    `[${options.socket === undefined ? "program" : "fcgi-program"}:${program.name}]`,
    ...lines,
    ...(environment.length > 0 ? [`environment=${environment.join(",")}`] : []),
    "",
  ].join("\n");
}

/** `NAME=value` of what the conf itself has. A name in the file is set after these, and wins. */
function environmentOf({ account = {}, environment, environmentFile, secretNames }: Program): string[] {
  const own = environmentFile === undefined ? environment : {};
  const secrets = environmentFile === undefined ? secretNames : [];
  const plain = Object.entries({ ...account, ...own }).filter(([name]) => !secrets.includes(name));
  return [
    ...plain.map(([name, value]) => `${name}=${encodeEnvironmentValue(value, name)}`),
    ...secrets.map((name) => `${name}=${placeholder(`environment.${name}`)}`),
  ].sort();
}

/** Without stopasgroup the workers of a server survive its stop; without a log nobody knows why it died. */
const defaultsOf = ({ user, log, start, options }: Program): Partial<ProgramOptions> => ({
  autostart: start,
  autorestart: true,
  stopasgroup: true,
  killasgroup: options.stopasgroup ?? true,
  user,
  redirect_stderr: true,
  // Two processes that rotate one file lose lines of each other.
  stdout_logfile: (options.numprocs ?? 1) > 1 ? log.replace(/(\.\w+)?$/, "-%(process_num)02d$1") : log,
});

function commandOf(command: string, { checkout, environmentFile }: Program): string {
  const located = locateCommand(command, checkout);
  return environmentFile === undefined ? located : withEnvironmentFile(located, environmentFile);
}

/** `venv/bin/litestar run` → `/opt/exampleapp/venv/bin/litestar run`; a bare word such as `sh` is found by PATH. */
export function locateCommand(command: string, checkout: string): string {
  const first = splitWords(command)?.[0] ?? "";
  return first.includes("/") && !/^[/%~]/.test(first) ? quoteWord(`${checkout}/`) + command.trimStart() : command;
}

const locate = (path: string, checkout: string): string => {
  if (path === ".") return checkout;
  return /^[/%~]/.test(path) ? path : `${checkout}/${path}`;
};
