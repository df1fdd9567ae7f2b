import { z } from "zod";
import { type AppSettings, appName, appSchema } from "./app";
import { type HostSettings, hostSchema } from "./connection";
import { complete, defaultsProblems, type Given, relocate, type Table } from "./defaults";
import { Groups, groupProblems } from "./groups";
import { commandProblems } from "./hooks";
import { at, isMap, join, type Problem, problemsOf } from "./problems";
import { appProblems, connectionProblems, crossProblems, warningsOf } from "./relations";
import { located } from "./repository";

/** The stack config, checked, with its defaults, its groups resolved. */
export interface Settings {
  hosts: Record<string, HostSettings>;
  apps: Record<string, AppSettings>;
  /** What is allowed but probably not meant. */
  warnings: Problem[];
}

/** Name of a host, or of a group of them. */
export const hostName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, "should be a name of lower-case letters, digits and -");

/** Pure: every problem at once, or the settings. */
export function parseSettings(given: Given): { settings?: Settings; problems: Problem[] } {
  const full = complete(given);
  const hosts = parseTable("hosts", full.hosts, hostName, hostSchema);
  const apps = parseTable("apps", full.apps, appName, appSchema);
  const names = entriesOf(given.hosts).map(([name]) => name);
  const groups = new Groups(given.groups, names);
  const told = (problems: Problem[]): Problem[] => unique(problems.map((problem) => relocate(problem, given)));
  const problems = told([
    // First: each of them is found again in every entry that has it.
    ...defaultsProblems(given.defaults),
    ...groups.problemsOf("defaults.app.hosts", listOf(at(given.defaults, ["app", "hosts"]))),
    ...hosts.problems,
    ...entriesOf(full.hosts).flatMap(([name, host]) => connectionProblems(`hosts.${name}`, host)),
    ...groupProblems(given.groups, groups, names, hostName),
    ...apps.problems,
    ...entriesOf(full.apps).flatMap(([name, app]) => appProblems(name, app)),
    ...crossProblems(groups, full.apps),
    ...commandProblems(full.hosts, hooked(full.apps, groups)),
  ]);
  if (problems.length > 0) return { problems };
  const resolved = Object.entries(apps.values).map(([name, app]) => [
    name,
    { ...located(app), hosts: groups.expand(app.hosts) },
  ]);
  const settings = { hosts: hosts.values, apps: Object.fromEntries(resolved) as Record<string, AppSettings> };
  return { settings: { ...settings, warnings: told(warningsOf(settings.apps)) }, problems };
}

/** The apps with the hosts that they are meant to be on, as far as they tell. */
const hooked = (apps: unknown, groups: Groups) =>
  entriesOf(apps).map(([name, app]) => {
    const hosts = listOf(at(app, ["hosts"])).filter((host) => typeof host === "string");
    return [name, groups.expand(hosts), at(app, ["hooks"])] as const;
  });

/** One place, one problem: the first says best what should be there. */
const unique = (problems: Problem[]): Problem[] =>
  problems.filter(({ path }, i) => problems.findIndex((other) => other.path === path) === i);

function parseTable<T>(table: Table, given: unknown, name: z.ZodType<string>, schema: z.ZodType<T>) {
  const values: Record<string, T> = {};
  const problems: Problem[] = [];
  if (!isMap(given) || Object.keys(given).length === 0) {
    const message =
      given === undefined ? "is missing: should map names to their settings" : "should map names to their settings";
    return { values, problems: [{ path: table, message }] };
  }
  for (const [key, value] of Object.entries(given)) {
    const root = join(table, [key]);
    const named = name.safeParse(key);
    if (!named.success) problems.push({ path: root, message: named.error.issues[0]!.message });
    const parsed = schema.safeParse(value);
    if (parsed.success) values[key] = parsed.data;
    else problems.push(...problemsOf(parsed.error, value, root, schema));
  }
  return { values, problems };
}

const entriesOf = (value: unknown): [string, unknown][] => (isMap(value) ? Object.entries(value) : []);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
