import type { z } from "zod";
import { appSchema } from "./app";
import { hostSchema } from "./connection";
import { at, isMap, type Problem, problemsOf, split, suggest } from "./problems";

/** The stack config as it was written: `supervised:hosts`, and so on. */
export interface Given {
  hosts: unknown;
  apps: unknown;
  groups?: unknown;
  defaults?: unknown;
}

/** What of the defaults an entry of `hosts` or `apps` starts from. */
export const kindOf = { hosts: "host", apps: "app" } as const;
export type Table = keyof typeof kindOf;

/** Who says one of these himself does not get another one of them from the defaults. */
const alternatives: readonly string[][] = [
  ["program", "conf"],
  ["hostKey", "knownHosts"],
  ["privateKey", "privateKeyFile", "agentSocketPath"],
];

/** An entry on top of its defaults: maps merge by key, all else replaces, and `null` takes a default away. */
export function inherit(defaults: unknown, own: unknown, choices = alternatives): unknown {
  if (!isMap(defaults) || !isMap(own)) return own;
  const merged = { ...own };
  for (const [key, value] of Object.entries(defaults)) {
    if (own[key] === null) delete merged[key];
    else if (own[key] !== undefined) merged[key] = inherit(value, own[key], key === "proxy" ? choices : []);
    else if (!choices.some((keys) => keys.includes(key) && keys.some((other) => isSet(own[other]))))
      merged[key] = value;
  }
  return merged;
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** All entries with their defaults. What is no map stays as it is, for the checks to tell. */
export function complete({ defaults, ...given }: Given): Record<Table, unknown> {
  const all = (table: Table): unknown => {
    const entries = given[table];
    if (!isMap(entries)) return entries;
    const start = at(defaults, [kindOf[table]]);
    return Object.fromEntries(Object.entries(entries).map(([name, own]) => [name, inherit(start, own)]));
  };
  return { hosts: all("hosts"), apps: all("apps") };
}

/** Whether what stands at a path of an entry was written in the defaults. */
export function isInherited(defaults: unknown, own: unknown, [key, ...rest]: readonly PropertyKey[]): boolean {
  if (key === undefined || !isMap(defaults) || !isMap(own)) return false;
  if (own[key as string] !== undefined) return isInherited(defaults[key as string], own[key as string], rest);
  // What is missing in a map may come from either; an element of a list is where its list is.
  const value = defaults[key as string];
  return value !== undefined && (at(value, rest) !== undefined || rest.some((part) => typeof part === "number"));
}

/** A problem of an entry, told where the cause was written. */
export function relocate(problem: Problem, { hosts, apps, defaults }: Given): Problem {
  const [table, name, ...path] = split(problem.path);
  if (name === undefined || (table !== "hosts" && table !== "apps")) return problem;
  if (!isInherited(at(defaults, [kindOf[table]]), at({ hosts, apps }, [table, name]), path)) return problem;
  const entry = `${table}.${String(name)}`;
  const place = `defaults.${kindOf[table]}${problem.path.slice(entry.length)}`;
  return { path: place, message: `${problem.message} (in ${entry})` };
}

/** Of the defaults themselves, whether any entry takes them or not. What an entry must have may be missing here. */
export function defaultsProblems(given: unknown): Problem[] {
  if (given === undefined) return [];
  if (!isMap(given)) return [{ path: "defaults", message: "should map host and app to their settings" }];
  return Object.entries(given).flatMap(([kind, value]) => {
    const path = `defaults.${kind}`;
    if (kind === "host") return problemsIn(path, value, hostSchema, "host");
    if (kind === "app") return problemsIn(path, value, appSchema, "renamedFrom");
    return [{ path, message: `is no setting${suggest(kind, Object.values(kindOf))}` }];
  });
}

function problemsIn(root: string, given: unknown, schema: z.ZodObject, single: string): Problem[] {
  if (!isMap(given)) return [{ path: root, message: "should map settings to their defaults" }];
  const problems =
    given[single] === undefined ? [] : [{ path: `${root}.${single}`, message: "should be set for each alone" }];
  const { error } = schema.safeParse(given);
  if (error === undefined) return problems;
  const isMissing = (path: readonly PropertyKey[]) =>
    at(given, path) === undefined && !path.some((part) => typeof part === "number");
  const issues = error.issues.filter(({ path, code }) => code === "unrecognized_keys" || !isMissing(path));
  return [...problems, ...problemsOf({ issues }, given, root, schema)];
}
