import { linesOf } from "./timeline";

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

/** In their order, with what is said of each in the report. */
export const phases: Readonly<Record<keyof Phases, string>> = {
  start: "engine, language host and plugin start",
  hosts: "handshakes, and all looks at the hosts",
  program: "the program starts",
  rest: "the commit is resolved, all resources are compared, the engine ends",
};

/** Of what SUPERVISED_TRACE has recorded; moments in milliseconds. Undefined where it has no such run. */
export function phasesOf(trace: string, begun: number, ended: number): Phases | undefined {
  const lines = linesOf(trace).map(({ at, ...rest }) => ({ ...rest, at: Date.parse(at) }));
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
