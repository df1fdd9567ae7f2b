import { z } from "zod";
import { isMap, join, type Problem, problemsOf, suggest } from "./problems";

/** Members of a group: names of hosts and of other groups, in the order of a rollout. */
export const groupSchema = z
  .array(z.string({ error: "should be the name of a host or a group" }), {
    error: "should be a list of names of hosts and groups",
  })
  .min(1, "should name at least one host");

/** Names of hosts and groups, and what they stand for. */
export class Groups {
  readonly #members = new Map<string, readonly string[]>();
  readonly #hosts: readonly string[];

  constructor(given: unknown, hosts: readonly string[]) {
    this.#hosts = hosts;
    for (const [name, members] of isMap(given) ? Object.entries(given) : [])
      if (!hosts.includes(name)) this.#members.set(name, textsOf(members));
  }

  /** The plain hosts, in order, each once. What is no host and no group is left out. */
  expand(names: readonly string[]): string[] {
    const seen = new Set<string>();
    const inside = (name: string): string[] => {
      if (seen.has(name)) return [];
      seen.add(name);
      return this.#hosts.includes(name) ? [name] : (this.#members.get(name) ?? []).flatMap(inside);
    };
    return names.flatMap(inside);
  }

  /** Of a list of names at `path`. */
  problemsOf(path: string, names: readonly unknown[]): Problem[] {
    const known = [...this.#hosts, ...this.#members.keys()];
    const what = this.#members.size === 0 ? "host" : "host or group";
    const unknown = names.flatMap((name, i) => {
      if (typeof name !== "string" || known.includes(name)) return [];
      const message = `is no ${what} of the settings${suggest(name, known)} (got ${JSON.stringify(name)})`;
      return [{ path: join(path, [i]), message }];
    });
    const isTwice = new Set(names).size < names.length;
    return isTwice ? [...unknown, { path, message: "should name each host once" }] : unknown;
  }

  /** `a → b → a`, where a group leads back to itself. */
  cycle(name: string, way: readonly string[] = []): string[] | undefined {
    if (way.includes(name)) return way[0] === name ? [...way, name] : undefined;
    for (const member of this.#members.get(name) ?? []) {
      const found = this.cycle(member, [...way, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Of `supervised:groups`. */
export function groupProblems(given: unknown, groups: Groups, hosts: readonly string[], name: z.ZodType): Problem[] {
  if (given === undefined) return [];
  if (!isMap(given)) return [{ path: "groups", message: "should map names to lists of hosts and groups" }];
  const inCycle = new Set<string>();
  return Object.entries(given).flatMap(([group, members]) => {
    const path = join("groups", [group]);
    const named = name.safeParse(group).error?.issues[0]?.message;
    if (named !== undefined) return [{ path, message: named }];
    if (hosts.includes(group)) return [{ path, message: "should not be the name of a host" }];
    const { error } = groupSchema.safeParse(members);
    if (error !== undefined) return problemsOf(error, members, path);
    const cycle = inCycle.has(group) ? undefined : groups.cycle(group);
    for (const one of cycle ?? []) inCycle.add(one);
    const back = cycle === undefined ? [] : [{ path, message: `should not contain itself: ${cycle.join(" → ")}` }];
    return [...back, ...groups.problemsOf(path, members as string[])];
  });
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
