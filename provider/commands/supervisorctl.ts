import type { Result } from "./shell";

/**
 * What `supervisorctl` says, read. Everything but a missing configuration comes on its standard output, and the exit
 * code alone tells little: 1 is a broken conf as well as a socket that one may not use, 0 a program that just died.
 */
export interface Told {
  /** Why it could not ask supervisord at all. */
  trouble?: Trouble;
  /** Lines of `status`. */
  processes: ProcessStatus[];
  /** Lines of the other words: `good: started`, `nope: ERROR (no such process)`. */
  said: Said[];
  /** What is wrong with the conf, in supervisord's words. */
  refused?: string;
  /** Of `version`, e.g. `4.2.5`. */
  version?: string;
}

export type Trouble =
  | "not installed"
  | "no configuration"
  | "no socket"
  | "refused"
  | "no permission"
  | "no password"
  | "another version"
  | "unknown";

export interface ProcessStatus {
  group: string;
  /** Of the process; the same as its group's for a program of one process. */
  name: string;
  state: "RUNNING" | "STARTING" | "BACKOFF" | "STOPPED" | "STOPPING" | "EXITED" | "FATAL" | "UNKNOWN";
  pid?: number;
  /** Seconds that it has been running. */
  uptime?: number;
  /** What is known beside, e.g. `can't find command '/x'` or when it ended, by the clock of the host. */
  description?: string;
}

export interface Said {
  /** Process or group. */
  name: string;
  what: string;
  failed: boolean;
}

export function readSupervisorctl(result: Pick<Result, "exitCode" | "stdout" | "stderr">): Told {
  const { stdout } = result;
  const trouble = troubleOf(result);
  const refused = /CANT_REREAD: (.*?)(?:">: file: .*)?$/m.exec(stdout)?.[1];
  const version = /^\d+\.\d[\w.]*$/m.exec(stdout)?.[0];
  return {
    ...(trouble === undefined ? {} : { trouble }),
    processes: lines(stdout, process),
    said: trouble === undefined && refused === undefined ? lines(stdout, sentence) : [],
    ...(refused === undefined ? {} : { refused }),
    ...(version === undefined ? {} : { version }),
  };
}

/** The first that fits; names of Python's classes, as what the system says beside them may be in any language. */
const troubles: [RegExp, Trouble][] = [
  [/^Server requires authentication$|\b401 Unauthorized\b/m, "no password"],
  [/<class '[\w.]*PermissionError'>|\[Errno 13\]/, "no permission"],
  [/<class '[\w.]*FileNotFoundError'>|\[Errno 2\]|^\S+:\/\/\S* no such file$/m, "no socket"],
  [/<class '[\w.]*ConnectionRefusedError'>|\[Errno 111\]|^\S+:\/\/\S* refused connection$/m, "refused"],
  [/^Sorry, (this version of supervisorctl|supervisord responded but)/m, "another version"],
  [/^error: <class /m, "unknown"],
];

function troubleOf({ exitCode, stdout, stderr }: Pick<Result, "exitCode" | "stdout" | "stderr">): Trouble | undefined {
  if (exitCode === 127) return "not installed";
  if (exitCode === 2 && /^Error: (could not|No config)/m.test(stderr)) return "no configuration";
  // A conf that is refused is an answer.
  if (stdout.includes("CANT_REREAD")) return undefined;
  return troubles.find(([pattern]) => pattern.test(stdout))?.[1];
}

const lines = <T>(text: string, read: (line: string) => T | undefined): T[] =>
  text.split("\n").flatMap((line) => read(line) ?? []);

function process(line: string): ProcessStatus | undefined {
  const [, full = "", state, rest = ""] =
    /^(\S+)\s+(RUNNING|STARTING|BACKOFF|STOPPED|STOPPING|EXITED|FATAL|UNKNOWN)\s*(.*?)\s*$/.exec(line) ?? [];
  if (state === undefined) return undefined;
  const [group = "", name = group] = full.split(":");
  const [, pid, days = "0", hours, minutes, seconds] =
    /^pid (\d+), uptime (?:(\d+) days?, )?(\d+):(\d+):(\d+)$/.exec(rest) ?? [];
  const status = { group, name, state: state as ProcessStatus["state"] };
  if (pid === undefined) return rest === "" ? status : { ...status, description: rest };
  const uptime = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return { ...status, pid: Number(pid), uptime };
}

function sentence(line: string): Said | undefined {
  const [, name = "", what] = /^([^\s:]+(?::[^\s:]+)?): (.+)$/.exec(line) ?? [];
  if (what === undefined) return undefined;
  const error = name === "ERROR" ? what : /^ERROR \((.*)\)$/.exec(what)?.[1];
  return { name: name === "ERROR" ? "" : name, what: error ?? what, failed: error !== undefined };
}
