import { encodeFileValue } from "../conf/environmentFile";
import { optionProblems, optionWarnings } from "../conf/program/relations";
import { encodeEnvironmentValue, renderProgram } from "../conf/program/write";
import { type AppSettings, appSchema } from "./app";
import { dependencyProblems } from "./dependencies";
import type { Groups } from "./groups";
import { hookProblems } from "./hooks";
import { isMap, join, type Problem } from "./problems";
import { repositoryProblems } from "./repository";
import { sharedProblems } from "./shared";

/*
 * What must be true of several settings together. These look at the values as they were written, so that they are told
 * together with everything that the schemas find, and not only when that is mended.
 */

/** Of a connection, and of the proxies that it goes through. */
export function connectionProblems(root: string, given: unknown, isProxy = false): Problem[] {
  if (!isMap(given)) return [];
  const has = (key: string) => given[key] !== undefined;
  const problems: Problem[] = [];
  const problem = (key: string, message: string) => problems.push({ path: join(root, [key]), message });
  if (has("hostKey") && has("knownHosts")) problem("knownHosts", "should not be set beside hostKey");
  const keys = ["privateKey", "privateKeyFile", "agentSocketPath"].filter(has);
  if (keys.length > 1) problem(keys[1]!, `should not be set beside ${keys[0]}`);
  // Alone it opens the keys that ssh_config names.
  const others = has("agentSocketPath") || has("password");
  if (has("privateKeyPassword") && others && !has("privateKey") && !has("privateKeyFile"))
    problem("privateKeyPassword", "should go with privateKey or privateKeyFile");
  if (has("becomePassword") && !has("become") && !isProxy) problem("becomePassword", "should go with become: sudo");
  // Where no user is set, ssh_config may name one: then it is checked when one connects.
  const { user } = given;
  if (!isProxy && has("become") && user === "root") problem("become", "should go with a user other than root");
  if (!isProxy && !has("become") && user !== undefined && user !== "root")
    problem("become", `should be "sudo": ${String(user)} is not root, and supervisor's files are root's`);
  return [...problems, ...connectionProblems(join(root, ["proxy"]), given.proxy, true)];
}

/** Of one app. */
export function appProblems(name: string, given: unknown): Problem[] {
  if (!isMap(given)) return [];
  const has = (key: string) => given[key] !== undefined;
  const problems: Problem[] = [];
  const problem = (path: string, message: string) => problems.push({ path: `apps.${name}.${path}`, message });
  if (!has("program") && !has("conf")) problem("program", "should be set, or conf: a conf in the repository");
  if (has("program") && has("conf")) problem("conf", "should not be set beside program");
  if (has("conf") && isMap(given.environment) && Object.keys(given.environment).length > 0)
    problem("environment", "should not be set beside conf: the repository's conf has its own environment=");
  if (has("conf") && given.environmentFile === true)
    problem("environmentFile", "should not be set beside conf: the repository's conf has its own environment=");
  if (isMap(given.program) && given.program.autostart === true && given.start === false)
    problem("program.autostart", "should not be true with start: false: an update would start it");
  if (isMap(given.program))
    for (const [option, message] of optionProblems(given.program)) problem(`program.${option}`, message);
  if (given.renamedFrom === name) problem("renamedFrom", "should be another name than its own");
  for (const [key, message] of dependencyProblems(given.dependencies)) problem(`dependencies.${key}`, message);
  problems.push(...hookProblems(name, given.hooks));
  return [...problems, ...repositoryProblems(name, given), ...sharedProblems(name, given), ...unwritable(name, given)];
}

/** What supervisor's conf can't hold, by name and never by value. */
function unwritable(name: string, given: Record<string, unknown>): Problem[] {
  const tried = (path: string, write: () => unknown): Problem[] => {
    try {
      write();
      return [];
    } catch (error) {
      // Where the writer names the option itself, that is the place.
      const [, option, why] = /^(program\.\w+|environment\.\w+): ([\s\S]*)$/.exec((error as Error).message) ?? [];
      return [{ path: `apps.${name}.${option ?? path}`, message: why ?? (error as Error).message }];
    }
  };
  const environment = isMap(given.environment) ? Object.entries(given.environment) : [];
  const encode = given.environmentFile === true ? encodeFileValue : encodeEnvironmentValue;
  const values = environment.flatMap(([key, value]) =>
    typeof value === "string" ? tried(`environment.${key}`, () => encode(value, key)) : [],
  );
  const options = appSchema.shape.program.safeParse(given.program);
  if (!options.success || options.data === undefined) return values;
  const places = { checkout: "/opt/app", log: "/var/log/app.log", user: "app", start: true, environment: {} };
  const program = { name: "app", options: options.data, secretNames: [], ...places };
  return [...values, ...tried("program", () => renderProgram(program))];
}

/** Of apps and hosts together. */
export function crossProblems(groups: Groups, apps: unknown): Problem[] {
  const entries = isMap(apps) ? Object.entries(apps).filter((entry): entry is [string, Given] => isMap(entry[1])) : [];
  const problems: Problem[] = [];
  const checkouts = new Map<string, string>();
  for (const [name, app] of entries) {
    const listed = Array.isArray(app.hosts) ? app.hosts : [];
    problems.push(...groups.problemsOf(`apps.${name}.hosts`, listed));
    for (const host of groups.expand(listed)) {
      const checkout = app.path ?? `/opt/${name}`;
      const other = checkouts.get(`${host} ${checkout}`);
      if (other === undefined) checkouts.set(`${host} ${checkout}`, name);
      else if (other !== name)
        problems.push({
          path: `apps.${name}.path`,
          message: `should not be ${checkout} on ${host}: that is the checkout of ${other}`,
        });
    }
    const { renamedFrom } = app;
    if (typeof renamedFrom === "string" && renamedFrom !== name && entries.some(([key]) => key === renamedFrom))
      problems.push({
        path: `apps.${name}.renamedFrom`,
        message: `should not be ${renamedFrom}: that app is still in the settings`,
      });
  }
  return problems;
}

type Given = Record<string, unknown>;

/** What is allowed, and probably not meant. */
export function warningsOf(apps: Record<string, AppSettings>): Problem[] {
  const seen = new Map<string, string>();
  const ports = Object.entries(apps).flatMap(([name, { health, hosts }]) =>
    hosts.flatMap((host) => {
      if (health === undefined) return [];
      const { port, protocol } = new URL(health.url);
      const place = `${host} port ${port || protocol}`;
      const other = seen.get(place);
      seen.set(place, name);
      return other === undefined
        ? []
        : [{ path: `apps.${name}.health.url`, message: `has the port of ${other} on ${host}` }];
    }),
  );
  const options = Object.entries(apps).flatMap(([name, { program }]) =>
    optionWarnings(program ?? {}).map(([option, message]) => ({ path: `apps.${name}.program.${option}`, message })),
  );
  return [...ports, ...options];
}
