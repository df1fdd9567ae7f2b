import * as pulumi from "@pulumi/pulumi";
import { localScript, quote, remoteScript } from "../conf/hooks";
import type { AppSettings } from "../settings";
import { commandConnection } from "./commandConnection";
import type { Host } from "./host";

type Hook = AppSettings["hooks"]["local"][number];

interface HooksArgs {
  app: string;
  /** Full hash of the commit that the update brings; another one runs the hooks again. */
  commit: pulumi.Input<string>;
}

export interface LocalHooksArgs extends HooksArgs {
  hooks: readonly Hook[];
}

export interface RemoteHooksArgs extends HooksArgs {
  hooks: readonly Hook[];
  host: Host;
  /** The checkout, in which they run. */
  path: string;
  /** The link to the active environment. */
  venv: string;
  /** Account that they run as, and its HOME. */
  user: string;
  home: string;
  /** Environment of the program, which they have too; a value that is an output is a secret. */
  environment: Record<string, pulumi.Input<string>>;
}

/**
 * Commands on the machine that runs pulumi, one after the other, before anything is done for the update: tests, builds.
 * A failure ends the update before any host is touched. Loads @pulumi/command, whose plugin Pulumi then brings.
 */
export async function localHooks(args: LocalHooksArgs): Promise<pulumi.Resource[]> {
  const { app, commit, hooks } = args;
  if (hooks.length === 0) return [];
  const { local } = await import("@pulumi/command");
  return chain(hooks, {}, ({ name, command, timeout }, options) => {
    const environment = { SUPERVISED_APP: app, SUPERVISED_COMMIT: commit };
    const create = localScript(command);
    const given = { create, environment, triggers: [commit], logging: "stdoutAndStderr" as const };
    return new local.Command(`${app}-local-${named(name)}`, given, limited(options, timeout));
  });
}

/**
 * Commands on a host after its update, one after the other, as the app's user with its environment active: docs,
 * cleanup, warming caches. The update stands when one fails; the next `up` runs it again.
 */
export async function remoteHooks(args: RemoteHooksArgs, opts: pulumi.ResourceOptions): Promise<pulumi.Resource[]> {
  const { app, commit, hooks, host } = args;
  if (hooks.length === 0) return [];
  const { remote } = await import("@pulumi/command");
  return chain(hooks, opts, (hook, options) => {
    const given = {
      connection: commandConnection(host.connection),
      create: remoteScript({ ...args, ...hook, become: becomes(host) }),
      stdin: input(args),
      triggers: [commit],
      logging: "stdoutAndStderr" as const,
    };
    return new remote.Command(
      `${app}-${host.label}-after-${named(hook.name)}`,
      given,
      limited(options, hook.timeout + 60),
    );
  });
}

const named = (name: string): string => name.replaceAll(" ", "-");

const limited = (options: pulumi.CustomResourceOptions, seconds: number): pulumi.CustomResourceOptions => ({
  ...options,
  customTimeouts: { create: `${seconds}s` },
});

/** Each waits for the one before. */
function chain(
  hooks: readonly Hook[],
  { dependsOn, ...opts }: pulumi.ResourceOptions,
  make: (hook: Hook, options: pulumi.CustomResourceOptions) => pulumi.Resource,
): pulumi.Resource[] {
  const made: pulumi.Resource[] = [];
  for (const hook of hooks) made.push(make(hook, { ...opts, dependsOn: made.length > 0 ? [made.at(-1)!] : dependsOn }));
  return made;
}

const becomes = ({ connection: { become, becomePassword } }: Host): "no" | "sudo" | "sudo with a password" =>
  become === undefined ? "no" : becomePassword === undefined ? "sudo" : "sudo with a password";

/** What is secret goes to the standard input: sudo's password, then the environment. */
function input({ app, commit, venv, home, environment, host }: RemoteHooksArgs): pulumi.Output<string> {
  const own = { SUPERVISED_APP: app, SUPERVISED_COMMIT: commit, VIRTUAL_ENV: venv, HOME: home, LC_ALL: "C.UTF-8" };
  const password = host.connection.becomePassword as pulumi.Input<string> | undefined;
  return pulumi.secret(
    pulumi.all([{ ...environment, ...own }, password ?? ""]).apply(([all, typed]) => {
      const lines = Object.entries(all).map(([name, value]) => `export ${name}=${quote(value)}\n`);
      return (typed === "" ? "" : `${typed}\n`) + lines.join("");
    }),
  );
}
