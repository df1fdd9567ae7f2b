/** Where the seconds of a no-op of ours go, one after the other. */
export interface Phases {
  /** Engine, language host and plugin start. */
  start: number;
  /** From the first connection to the last answer of a host. */
  hosts: number;
  /** The program starts. */
  program: number;
  /** The commit is resolved, all resources are compared, the engine ends. */
  rest: number;
}

export const phases = ["start", "hosts", "program", "rest"] as const;

interface Line {
  at: string;
  kind: string;
  command: string;
}

/** Of what SUPERVISED_TRACE has recorded; moments in milliseconds. Undefined where it has no such run. */
export function phasesOf(trace: string, begun: number, ended: number): Phases | undefined {
  const lines = trace
    .split("\n")
    .filter(Boolean)
    .map((text) => JSON.parse(text) as Line)
    .map(({ at, ...rest }) => ({ ...rest, at: Date.parse(at) }));
  const connect = lines.find(({ kind }) => kind === "connect")?.at;
  const resolve = lines.find(({ command }) => command.includes("resolve the ref"))?.at;
  if (connect === undefined || resolve === undefined) return undefined;
  const answered = lines.filter(({ kind, at }) => kind === "ended" && at <= resolve).at(-1)?.at ?? connect;
  const seconds = (from: number, to: number) => (to - from) / 1000;
  return {
    start: seconds(begun, connect),
    hosts: seconds(connect, answered),
    program: seconds(answered, resolve),
    rest: seconds(resolve, ended),
  };
}
