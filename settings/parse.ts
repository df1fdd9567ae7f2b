import { z } from "zod";
import { type AppSettings, appName, appSchema } from "./app";
import { type HostSettings, hostSchema } from "./connection";
import { at, join, type Problem, problemsOf, suggest } from "./problems";

/** The stack config, checked and with its defaults. */
export interface Settings {
  hosts: Record<string, HostSettings>;
  apps: Record<string, AppSettings>;
  /** What is allowed but probably not meant. */
  warnings: Problem[];
}

const hostName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "should be a name of lower-case letters, digits and -");

/** Pure: every problem at once, or the settings. */
export function parseSettings(given: { hosts: unknown; apps: unknown }): { settings?: Settings; problems: Problem[] } {
  const hosts = parseGroup("hosts", given.hosts, hostName, hostSchema);
  const apps = parseGroup("apps", given.apps, appName, appSchema);
  const raw = { hosts: names(given.hosts), apps: names(given.apps) };
  const crossed = crossCheck(apps.values, raw);
  const problems = [...hosts.problems, ...apps.problems, ...crossed.problems];
  if (problems.length > 0) return { problems };
  return { settings: { hosts: hosts.values, apps: apps.values, warnings: crossed.warnings }, problems };
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

/** What only shows when apps and hosts are seen together. */
function crossCheck(apps: Record<string, AppSettings>, raw: { hosts: string[]; apps: string[] }) {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const seen = new Map<string, string>();
  const claim = (what: string, app: string, found: (other: string) => void) => {
    const other = seen.get(what);
    if (other === undefined) seen.set(what, app);
    else if (other !== app) found(other);
  };
  for (const [name, app] of Object.entries(apps)) {
    app.hosts.forEach((host, i) => {
      const path = `apps.${name}.hosts[${i}]`;
      if (!raw.hosts.includes(host))
        problems.push({
          path,
          message: `is no host of the settings${suggest(host, raw.hosts)} (got ${JSON.stringify(host)})`,
        });
      const checkout = app.path ?? `/opt/${name}`;
      claim(`${host} ${checkout}`, name, (other) =>
        problems.push({
          path: `apps.${name}.path`,
          message: `should not be ${checkout} on ${host}: that is the checkout of ${other}`,
        }),
      );
      if (app.health === undefined) return;
      const { port, protocol } = new URL(app.health.url);
      claim(`${host} port ${port || protocol}`, name, (other) =>
        warnings.push({ path: `apps.${name}.health.url`, message: `has the port of ${other} on ${host}` }),
      );
    });
    if (app.renamedFrom === name)
      problems.push({ path: `apps.${name}.renamedFrom`, message: "should be another name than its own" });
    else if (app.renamedFrom !== undefined && raw.apps.includes(app.renamedFrom))
      problems.push({
        path: `apps.${name}.renamedFrom`,
        message: `should not be ${app.renamedFrom}: that app is still in the settings`,
      });
  }
  return { problems, warnings };
}

/** The settings that are known at a path, for "did you mean". */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const inner = path.reduce<unknown>((shape, key) => at(shapeOf(shape), [key]), schema);
  return Object.keys((shapeOf(inner) as object | undefined) ?? {});
}

function shapeOf(schema: unknown): unknown {
  const unwrapped = schema as
    | { shape?: unknown; unwrap?: () => unknown; def?: { getter?: () => unknown; innerType?: unknown } }
    | undefined;
  if (unwrapped?.shape !== undefined) return unwrapped.shape;
  const next = unwrapped?.def?.innerType ?? unwrapped?.def?.getter?.();
  return next === undefined ? undefined : shapeOf(next);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const names = (value: unknown): string[] => (isMap(value) ? Object.keys(value) : []);
