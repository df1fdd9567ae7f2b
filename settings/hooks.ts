import { z } from "zod";
import { isMap, type Problem } from "./problems";

const hook = {
  name: z
    .string({ error: "should be a name, as in migrate" })
    .regex(/^[\w -]{1,40}$/, "should be a short name of letters, digits, spaces, - and _")
    .describe("What messages call it."),
  command: z
    .string({ error: "should be a command line" })
    .min(1, "should not be empty")
    .describe("A line of POSIX shell, run in the checkout with the new environment active."),
  timeout: z
    .number({ error: "should be a number of seconds" })
    .positive("should be more than 0 seconds")
    .max(3600, "should be at most an hour")
    .default(300)
    .describe("Seconds until it is ended and counts as failed. Default 300."),
};

const hookList = <T extends z.ZodType>(one: T) =>
  z.array(one, { error: "should be a list of hooks, each with a name and a command" }).default([]);

/** What is done around an update. */
export const hooks = z.strictObject({
  beforeStart: hookList(z.strictObject(hook)).describe(
    "Run as the app's user between the new code and its start, e.g. migrations. A failure rolls back.",
  ),
  afterUpdate: hookList(
    z.strictObject({
      ...hook,
      on: z
        .enum(["each", "first"], { error: "should be each or first" })
        .default("each")
        .describe("Each host of the app, or the first one only. Default each."),
    }),
  ).describe(
    "Run by @pulumi/command as the app's user when the update is done, once per commit: docs, cleanup, warming caches. The update stands where one fails; the next `up` tries it again.",
  ),
  local: hookList(z.strictObject(hook)).describe(
    "Run by @pulumi/command on the machine that runs pulumi, once per commit and before any host is touched: tests, builds. A failure ends the update.",
  ),
});

/** Of an app's hooks: messages and resources are named after them. */
export function hookProblems(name: string, given: unknown): Problem[] {
  if (!isMap(given)) return [];
  return Object.entries(given).flatMap(([kind, list]) => {
    const names = Array.isArray(list) ? list.map((one) => (isMap(one) ? one.name : undefined)) : [];
    const twice = names.findIndex((one, i) => one !== undefined && names.indexOf(one) < i);
    const path = `apps.${name}.hooks.${kind}[${twice}].name`;
    return twice < 0 ? [] : [{ path, message: `should be another name: ${kind} has it already` }];
  });
}

/** What hosts need on which @pulumi/command is to run something: it takes any key, unless it is told one. */
export function commandProblems(
  hosts: unknown,
  apps: Iterable<readonly [name: string, hosts: readonly string[], hooks: unknown]>,
): Problem[] {
  const problems: Problem[] = [];
  for (const [app, names, hooks] of apps) {
    if (!isMap(hooks) || !Array.isArray(hooks.afterUpdate) || hooks.afterUpdate.length === 0) continue;
    const why = `for hooks.afterUpdate of ${app}`;
    for (const name of names) {
      const host = isMap(hosts) ? hosts[name] : undefined;
      if (!isMap(host)) continue;
      const key = `should be set ${why}: @pulumi/command trusts any host otherwise; \`npm run hosts -- trust ${name}\` writes it`;
      if (host.hostKey === undefined) problems.push({ path: `hosts.${name}.hostKey`, message: key });
      if (!isMap(host.proxy)) continue;
      if (host.proxy.hostKey === undefined) problems.push({ path: `hosts.${name}.proxy.hostKey`, message: key });
      if (host.proxy.proxy !== undefined)
        problems.push({
          path: `hosts.${name}.proxy.proxy`,
          message: `should not be set ${why}: @pulumi/command goes through one proxy`,
        });
    }
  }
  return problems;
}
