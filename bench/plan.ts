import { parseArgs } from "node:util";
import { type Scenario, scenarios } from "./figures";

/** What is measured at so many hosts and such a distance: rounds by scenario. */
export interface Place {
  hosts: number;
  /** Round-trip time, ms. */
  distance: number;
  rounds: Partial<Record<Scenario, number>>;
}

export interface Plan {
  places: readonly Place[];
  /** Undefined: all. */
  tools: readonly string[] | undefined;
  /** Nothing new is begun that would not be done by then. */
  minutes: number;
  /** Whether the page is written: of a part of it, it is not. */
  isWhole: boolean;
}

const whole: readonly Place[] = [
  { hosts: 1, distance: 0, rounds: { "first deploy": 1, "no-op": 5, "code-only": 3, "changed requirement": 1 } },
  { hosts: 1, distance: 50, rounds: { "first deploy": 1, "no-op": 3, "code-only": 1, "changed requirement": 1 } },
  { hosts: 8, distance: 0, rounds: { "first deploy": 1, "no-op": 2, "code-only": 1, "changed requirement": 1 } },
  { hosts: 8, distance: 50, rounds: { "no-op": 1, "code-only": 1, "changed requirement": 1, "first deploy": 1 } },
];

/** `--quick` is a host and a round of each; `--tools`, `--scenarios`, `--hosts`, `--distances`: names with commas between. */
export function planOf(words: readonly string[]): Plan {
  const text = { type: "string" } as const;
  const options = { tools: text, scenarios: text, hosts: text, distances: text, minutes: text };
  const { values } = parseArgs({ args: [...words], options: { ...options, quick: { type: "boolean" } } });
  const list = (value: string | undefined) => value?.split(",").map((name) => name.trim());
  const asked = list(values.scenarios);
  const unknown = asked?.find((name) => !scenarios.some((one) => one === name));
  if (unknown !== undefined) throw new Error(`--scenarios: ${unknown} is none of ${scenarios.join(", ")}`);
  const [hosts, distances] = [list(values.hosts)?.map(Number), list(values.distances)?.map(Number)];
  const isMeant = (one: number, wanted: readonly number[] | undefined) => wanted?.includes(one) ?? true;
  const places = whole
    .filter((place) => isMeant(place.hosts, values.quick ? [1] : hosts))
    .filter((place) => isMeant(place.distance, values.quick ? [0] : distances))
    .map((place) => ({ ...place, rounds: roundsOf(place, asked, values.quick ?? false) }));
  if (places.length === 0) throw new Error("--hosts are 1 and 8, --distances 0 and 50");
  const minutes = Number(values.minutes ?? 20);
  if (!(minutes > 0)) throw new Error("--minutes should be a number above 0");
  const { minutes: _, ...parts } = values;
  return { places, tools: list(values.tools), minutes, isWhole: Object.keys(parts).length === 0 };
}

function roundsOf({ rounds }: Place, asked: readonly string[] | undefined, quick: boolean): Place["rounds"] {
  const meant = Object.entries(rounds).filter(([scenario]) => asked?.includes(scenario) ?? true);
  return Object.fromEntries(meant.map(([scenario, count]) => [scenario, quick ? 1 : count]));
}

/** Says whether a round can still be done; it takes as long as the one before of its kind. */
export class Budget {
  readonly #begun: number;
  readonly #took = new Map<string, number>();
  /** What was left out, by name. */
  readonly left: string[] = [];

  constructor(
    readonly minutes: number,
    readonly now: () => number = Date.now,
  ) {
    this.#begun = now();
  }

  get spent(): number {
    return (this.now() - this.#begun) / 60_000;
  }

  /** Minutes that the last one of a kind took; 0 before there was one. */
  tookFor(kind: string): number {
    return this.#took.get(kind) ?? 0;
  }

  /** `kind`: what takes about as long; `name`: what is said to be left out; `guess`: minutes of the first of its kind. */
  async spend(kind: string, name: string, act: () => Promise<unknown>, guess = 0): Promise<boolean> {
    if (this.spent + (this.tookFor(kind) || guess) > this.minutes) {
      this.left.push(name);
      return false;
    }
    const before = this.spent;
    await act();
    this.#took.set(kind, this.spent - before);
    return true;
  }
}
