import type { Phases } from "./phases";
import type { Traffic } from "./relay";

export const scenarios = ["first deploy", "no-op", "code-only", "changed requirement"] as const;
export type Scenario = (typeof scenarios)[number];

/** How one run went. */
export interface Run extends Traffic {
  tool: string;
  scenario: Scenario;
  hosts: number;
  /** Round-trip time, ms. */
  distance: number;
  /** Seconds. */
  wall: number;
  /** Milliseconds in which the app of the first host was not served. */
  pause: number;
  /** Seconds of that for the packages on the first host, where a tool tells. */
  packages?: number;
  /** Of a no-op, where a tool tells. */
  phases?: Phases;
}

export interface Spread {
  median: number;
  min: number;
  max: number;
  count: number;
}

export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error("nothing was measured");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = sorted.length % 2 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)!, count: sorted.length };
}

/** Which runs are meant; what is not said is any. */
export type Wanted = Partial<Pick<Run, "tool" | "scenario" | "hosts" | "distance">>;

const keys = ["tool", "scenario", "hosts", "distance"] as const;
export const matching = (runs: readonly Run[], wanted: Wanted): Run[] =>
  runs.filter((run) => keys.every((key) => wanted[key] === undefined || wanted[key] === run[key]));

/** The median of one figure over some runs; undefined where there were none. */
export function medianOf(runs: readonly Run[], wanted: Wanted, pick: (run: Run) => number): number | undefined {
  const found = matching(runs, wanted);
  return found.length === 0 ? undefined : spreadOf(found.map(pick)).median;
}

/** Of what is seen in steps, such as pauses between two questions: a median would be one of the steps. */
export const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, one) => sum + one, 0) / values.length;
