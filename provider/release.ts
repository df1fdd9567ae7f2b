import { createHash, randomBytes } from "node:crypto";
import { posix } from "node:path";
import { commandPath } from "../conf/alias";
import { layout } from "../conf/layout";
import { readProgram } from "../conf/program/read";
import { fill } from "../conf/template";
import { activate, goBack, who } from "./activation";
import { type Asked, type Found, look } from "./commands/found";
import * as release from "./commands/release";
import type { Host } from "./commands/shell";
import { diffInputs } from "./diff";
import { fullStop } from "./fullStop";
import { failedBefore, observed, warningsOf } from "./observed";
import { schema } from "./releaseSchema";
import type { Connected, Resource } from "./resource";
import { type RolloutInputs, Rollouts } from "./rollout";

export interface ReleaseInputs extends Connected {
  /** Name of the app, of its program and of the alias. A change stops the old program as the new one starts. */
  app: string;
  /** The checkout. A change moves the release there. */
  path: string;
  /** Full hash of the commit whose files are to be checked out. */
  commit: string;
  /** The environment that `<path>/venv` is to link to. */
  venv: string;
  /** Text of the conf; `${secret:NAME}` stands for a secret. */
  conf: string;
  /** What is filled in for the placeholders of `conf`, by name. */
  confSecrets: Record<string, string>;
  /** Where supervisord takes the conf from. A change moves it. */
  confPath: string;
  /** Text of the alias for login shells. @default none */
  alias?: string;
  /** Text of the program of the same name. @default none */
  command?: string;
  /** false leaves the program stopped. */
  start: boolean;
  /** Done before the start, in this order; a failure rolls back. A change alone does nothing now. */
  hooks: release.Hook[];
  /** Environment of the hooks. */
  hookEnvironment: Record<string, string>;
  /** Text of the file that the program has its environment from; `${secret:NAME}` stands for a secret. A change restarts. @default none */
  environmentFile?: string;
  /** What is filled in for the placeholders of `environmentFile`, by name. */
  environmentSecrets?: Record<string, string>;
  /** Account that reads the file, alone. */
  environmentOwner?: string;
  /** Files and directories that are not in git, outside of the checkout, which links to them. @default none */
  shared?: release.Shared;
  /** Local work in the checkout is kept aside and replaced, instead of a refusal. A change alone does nothing now. */
  overwriteLocalChanges: boolean;
  /** How the running check asks the app itself, on the host. @default the processes alone */
  health?: release.Health;
  /** Seconds to wait for another update of the app. */
  waitForLock: number;
  /** What `<app> update` on the host goes by. */
  update: release.UpdateSource;
  /** Its place in the rollout over the app's hosts. A change alone does nothing now. */
  rollout: RolloutInputs;
}

const rollouts = new Rollouts();

/** Seconds beyond startsecs in which a process must not die. */
const margin = 2;

export const resource: Resource<ReleaseInputs, Found> = {
  type: "host:index:Release",
  schema,
  defaults: {
    confSecrets: {},
    hooks: [],
    hookEnvironment: {},
    overwriteLocalChanges: false,
    rollout: { pause: 0, onFailure: "stop" },
  },
  replaces: [],
  ignores: ["waitForLock", "rollout"],
  texts: ["conf", "alias", "environmentFile"],
  // Unique for ever: the owner mark on the host names it, and a replaced release must not take away its successor.
  id: ({ connection, app }) => `${connection.host}:${app}:${randomBytes(4).toString("hex")}`,
  async read(reader, inputs) {
    const found = await look(reader, placesOf(inputs));
    return found.conf === null && found.owner === null && found.open === null ? undefined : found;
  },
  observed,
  outputs: (_, found) => (found === undefined ? {} : { state: [...new Set(found.states ?? ["UNKNOWN"])].join(", ") }),
  plan: () => [],
  remove: () => [],
  async preview(reader, inputs, context) {
    const found = await look(reader, placesOf(inputs));
    for (const warning of warningsOf(reader.name, inputs, found)) await context.log(warning, "warning");
    const why = differs(inputs, found) ? fullStop(inputs, found) : undefined;
    if (why !== undefined) await context.log(`${reader.name}: all processes of ${inputs.app} stop together: ${why}`);
  },
  async apply(host, desired, old, context) {
    const found = await look(host, placesOf(desired));
    const owner = { stack: stackOf(context.urn), id: context.id };
    refuseForeign(host, desired.app, found.owner, owner);
    const previous = old === undefined ? undefined : left(installed(old), installed(desired));
    if (previous === undefined && !differs(desired, found) && !bringsOtherwise(old, desired)) {
      if (found.owner?.id !== owner.id || (old !== undefined && isToldOtherwise(old, desired)))
        await host.run(
          release.note({ app: desired.app, owner, who: who(), wait: desired.waitForLock, job: settings(desired) }),
        );
      return;
    }
    const failed = failedBefore(host.name, desired, found);
    if (failed !== undefined) await context.log(`${failed}; it is tried again`, "warning");
    await rollouts.pause(desired.app, desired.rollout.pause, context);
    try {
      await activate(host, job(desired, owner, previous), found, context);
    } catch (error) {
      await rollouts.failed(desired.app, desired.rollout, context);
      throw error;
    }
    await rollouts.updated(desired.app, desired.rollout, () => goBack(host, desired.app, desired.waitForLock, found));
  },
  async delete(host, old, context) {
    const facts = readProgram(old.conf, old.app);
    const owner = { stack: stackOf(context.urn), id: context.id };
    const asked = { ...installed(old), shared: old.shared ?? null, owner, who: who(), wait: old.waitForLock };
    const { stdout } = await host.run(release.remove({ ...asked, stopwaitsecs: facts?.stopwaitsecs ?? 10 }));
    const kept = /"left": "([^"]*)"/.exec(stdout)?.[1];
    const data = /"kept": "([^"]*)"/.exec(stdout)?.[1];
    if (data !== undefined) await context.log(`${old.app}: its shared files stay on ${host.name}: ${data}`);
    if (kept !== undefined) await context.log(`${old.app} was left on ${host.name}: ${kept}`, "warning");
  },
};

/** Where the release of these inputs puts itself. */
const installed = (inputs: ReleaseInputs): release.Installed => ({
  app: inputs.app,
  group: inputs.app,
  conf_path: inputs.confPath,
  alias_path: inputs.alias === undefined ? null : layout(inputs.app).alias,
  command_path: inputs.command === undefined ? null : commandPath(inputs.app),
  environment_path: inputs.environmentFile === undefined ? null : layout(inputs.app).environment,
  shared_path: inputs.shared?.path ?? null,
  venv_link: layout(inputs.app, inputs.path, inputs.update.subdirectory).venvLink,
});

/** Where to look; at the alias also where there should be none. */
const placesOf = (inputs: ReleaseInputs): Asked => ({
  ...installed(inputs),
  alias_path: layout(inputs.app).alias,
  command_path: commandPath(inputs.app),
  checkout: inputs.path,
  shared: inputs.shared ?? null,
  environment_owner: inputs.environmentOwner ?? "",
  health: inputs.health ?? null,
  key: release.releaseKey({ commit: inputs.commit, venv: inputs.venv, conf_key: confKey(inputs) }),
});

const confKey = ({ conf, environmentFile = "" }: ReleaseInputs): string =>
  createHash("sha256").update(conf).update(environmentFile).digest("hex").slice(0, 12);

/** What the release before stood on, where this one does not take its very place. */
function left(before: release.Installed, now: release.Installed): release.Installed | undefined {
  const moved =
    (["app", "group", "conf_path", "venv_link"] as const).some((key) => before[key] !== now[key]) ||
    (before.shared_path !== null && now.shared_path !== null && before.shared_path !== now.shared_path);
  const dropped = (["alias_path", "command_path", "environment_path"] as const).some(
    (key) => before[key] !== null && now[key] === null,
  );
  return moved || dropped ? before : undefined;
}

/** What the on-host update and its checks go by, and what runs does not. */
const settings = (inputs: ReleaseInputs) => ({
  source: inputs.update,
  health: inputs.health ?? null,
  hooks: inputs.hooks,
  environment: inputs.hookEnvironment,
  shared: inputs.shared ?? null,
  overwrite_local_changes: inputs.overwriteLocalChanges,
});

const isToldOtherwise = (old: ReleaseInputs, desired: ReleaseInputs): boolean =>
  diffInputs({ ...settings(old) }, { ...settings(desired) }, { replaces: [] }).length > 0;

/** Files of the same commit that were not in the checkout before: submodules, or what LFS has. */
const bringsOtherwise = (old: ReleaseInputs | undefined, { update }: ReleaseInputs): boolean =>
  old !== undefined && (["submodules", "lfs"] as const).some((extra) => update[extra] && !old.update[extra]);

const differs = (desired: ReleaseInputs, found: Found): boolean =>
  (found.conf === null && found.owner === null) ||
  diffInputs({ ...observed(desired, found) }, { ...desired }, resource).length > 0;

function job(inputs: ReleaseInputs, owner: release.Owner, previous: release.Installed | undefined): release.Job {
  const conf = fill(inputs.conf, inputs.confSecrets);
  const program = readProgram(conf, inputs.app);
  if (program === undefined)
    throw new Error(`the conf has no section [program:${inputs.app}] or [fcgi-program:${inputs.app}]`);
  return {
    ...installed(inputs),
    ...settings(inputs),
    id: `${new Date().toISOString().replace(/[-:]|\..*/g, "")}-${randomBytes(3).toString("hex")}`,
    checkout: inputs.path,
    commit: inputs.commit,
    venv: inputs.venv,
    conf,
    conf_key: confKey(inputs),
    conf_mode: Object.keys(inputs.confSecrets).length > 0 ? 0o600 : 0o644,
    environment_file: environmentFile(inputs),
    alias: inputs.alias ?? null,
    alias_mode: 0o644,
    command: inputs.command ?? null,
    command_mode: 0o755,
    start: inputs.start,
    startsecs: program.startsecs,
    stopwaitsecs: program.stopwaitsecs,
    margin,
    owner,
    who: who(),
    wait: inputs.waitForLock,
    previous: previous ?? null,
  };
}

function environmentFile(inputs: ReleaseInputs): release.Job["environment_file"] {
  const { app, environmentFile: text, environmentOwner = "root", environmentSecrets = {} } = inputs;
  if (text === undefined) return null;
  const values = inputs.hookEnvironment;
  return { path: layout(app).environment, owner: environmentOwner, text: fill(text, environmentSecrets), values };
}

/** `urn:pulumi:dev::supervised::…` → `supervised/dev` */
const stackOf = (urn: string): string => {
  const [stack = "", project = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  return posix.join(project, stack);
};

function refuseForeign(host: Host, app: string, owner: release.Owner | null, ours: release.Owner): void {
  if (owner === null || owner.stack === ours.stack) return;
  throw new Error(
    `${host.name}: ${app} belongs to the stack ${owner.stack} there: destroy it in that stack, or give this app another name`,
  );
}

export { resource as release };
