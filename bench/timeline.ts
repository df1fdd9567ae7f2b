import { existsSync, readFileSync } from "node:fs";
import { family, read } from "./processes";

/** Something that took its time, in milliseconds since the run began. */
export interface Span {
  /** What does it: the engine, the program, the plugin, or a host. */
  lane: string;
  what: string;
  from: number;
  to: number;
}

/** Sees when the processes of a run begin and end. */
export class Timeline {
  readonly #begun = Date.now();
  readonly #seen = new Map<number, Span>();
  readonly #timer: NodeJS.Timeout;

  constructor(readonly root: number) {
    this.#timer = setInterval(() => this.#look(), 40);
  }

  /** `trace`: what SUPERVISED_TRACE has recorded meanwhile. */
  stop(trace: string): Span[] {
    clearInterval(this.#timer);
    return [...this.#seen.values(), ...hostSpans(readTrace(trace), this.#begun)];
  }

  #look(): void {
    const now = Date.now() - this.#begun;
    for (const pid of family(this.root)) {
      const span = this.#seen.get(pid);
      if (span) span.to = now;
      else {
        const lane = laneOf(read(`/proc/${pid}/cmdline`) ?? "");
        if (lane !== undefined) this.#seen.set(pid, { lane, what: lane, from: now, to: now });
      }
    }
  }
}

export function laneOf(commandLine: string): string | undefined {
  const words = commandLine.split("\0");
  if (commandLine.includes("pulumi-resource-host")) return "plugin";
  if (commandLine.includes("pulumi-language-nodejs")) return "language host";
  if (/\/cmd\/run(-policy-pack)?(\/|\0|$)/.test(commandLine)) return "program";
  return /(^|\/)pulumi$/.test(words[0] ?? "") ? "engine" : undefined;
}

interface Line {
  at: string;
  host: string;
  kind: "connect" | "read" | "run" | "ended";
  command: string;
}

/** What SUPERVISED_TRACE has recorded in a file, if anything. */
export const readTrace = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** The lines of a trace, in their order. */
export const linesOf = (trace: string): Line[] =>
  trace
    .split("\n")
    .filter(Boolean)
    .map((text) => JSON.parse(text) as Line);

/** What was done on the hosts; of those that have no end in the trace, nothing. */
export function hostSpans(trace: string, begun: number): Span[] {
  const open: Line[] = [];
  const spans: Span[] = [];
  for (const line of linesOf(trace)) {
    const at = open.findIndex(({ host, command }) => host === line.host && command === line.command);
    if (line.kind !== "ended") open.push(line);
    else if (at >= 0) {
      const [first] = open.splice(at, 1) as [Line];
      const ms = ({ at: moment }: Line) => Date.parse(moment) - begun;
      spans.push({ lane: line.host, what: titleOf(first), from: ms(first), to: ms(line) });
    }
  }
  return spans;
}

/** Programs without a name of their own are looks at the host, many in one. */
const titleOf = ({ kind, command }: Line): string =>
  kind === "read" && command.startsWith("t=$(mktemp") ? "look" : command.replace(/\s+/g, " ").slice(0, 60);
