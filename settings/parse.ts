import { z } from "zod";
import { type AppSettings, appName, appSchema } from "./app";
import { type HostSettings, hostSchema } from "./connection";
import { at, isMap, join, type Problem, problemsOf } from "./problems";
import { appProblems, connectionProblems, crossProblems, warningsOf } from "./relations";
import { located } from "./repository";

/** The stack config, checked and with its defaults. */
export interface Settings {
  hosts: Record<string, HostSettings>;
  apps: Record<string, AppSettings>;
  /** What is allowed but probably not meant. */
  warnings: Problem[];
}

/** Name of a host. */
export const hostName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, "should be a name of lower-case letters, digits and -");

/** Pure: every problem at once, or the settings. */
export function parseSettings(given: { hosts: unknown; apps: unknown }): { settings?: Settings; problems: Problem[] } {
  const hosts = parseGroup("hosts", given.hosts, hostName, hostSchema);
  const apps = parseGroup("apps", given.apps, appName, appSchema);
  const found = [
    ...hosts.problems,
    ...entriesOf(given.hosts).flatMap(([name, host]) => connectionProblems(`hosts.${name}`, host)),
    ...apps.problems,
    ...entriesOf(given.apps).flatMap(([name, app]) => appProblems(name, app)),
    ...crossProblems(given.hosts, given.apps),
  ];
  // One place, one problem: the first says best what should be there.
  const problems = found.filter(({ path }, i) => found.findIndex((other) => other.path === path) === i);
  if (problems.length > 0) return { problems };
  const placed = Object.fromEntries(Object.entries(apps.values).map(([name, app]) => [name, located(app)]));
  return { settings: { hosts: hosts.values, apps: placed, warnings: warningsOf(placed) }, problems };
}

function parseGroup<T>(group: string, given: unknown, name: z.ZodType<string>, schema: z.ZodType<T>) {
  const values: Record<string, T> = {};
  const problems: Problem[] = [];
  if (!isMap(given) || Object.keys(given).length === 0) {
    const message =
      given === undefined ? "is missing: should map names to their settings" : "should map names to their settings";
    return { values, problems: [{ path: group, message }] };
  }
  for (const [key, value] of Object.entries(given)) {
    const root = join(group, [key]);
    const named = name.safeParse(key);
    if (!named.success) problems.push({ path: root, message: named.error.issues[0]!.message });
    const parsed = schema.safeParse(value);
    if (parsed.success) values[key] = parsed.data;
    else problems.push(...problemsOf(parsed.error, value, root, (path) => keysAt(schema, path)));
  }
  return { values, problems };
}

/** The settings that are known at a path, for "did you mean". */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  // What is in a list has the shape of the list's element, which shapeOf finds.
  const inner = path.reduce<unknown>((of, key) => (typeof key === "number" ? of : at(shapeOf(of), [key])), schema);
  return Object.keys((shapeOf(inner) as object | undefined) ?? {});
}

function shapeOf(schema: unknown): unknown {
  const unwrapped = schema as
    | { shape?: unknown; def?: { getter?: () => unknown; innerType?: unknown; element?: unknown } }
    | undefined;
  if (unwrapped?.shape !== undefined) return unwrapped.shape;
  const next = unwrapped?.def?.innerType ?? unwrapped?.def?.element ?? unwrapped?.def?.getter?.();
  return next === undefined ? undefined : shapeOf(next);
}

const entriesOf = (value: unknown): [string, unknown][] => (isMap(value) ? Object.entries(value) : []);
