import { observedEnvironmentFile } from "../conf/environmentFile";
import { layout } from "../conf/layout";
import { unfill } from "../conf/template";
import type { Found } from "./commands/found";
import type { Health } from "./commands/release";
import type { ReleaseInputs } from "./release";

/** What is found of a release, in the words of its inputs: what differs is drift. */
export const observed = (inputs: ReleaseInputs, found: Found): ReleaseInputs => ({
  ...inputs,
  commit: observedCommit(found),
  venv: found.venv ?? "missing",
  conf: found.conf === null ? "missing\n" : unfill(found.conf, inputs.conf, inputs.confSecrets),
  // A file of that name which nobody asked us for is somebody else's.
  alias: inputs.alias === undefined ? undefined : (found.alias ?? undefined),
  command: inputs.command === undefined ? undefined : (found.command ?? undefined),
  ...environmentOf(inputs, found),
  ...sharedOf(inputs, found),
  start: inputs.start ? isUp(found) : !isStopped(found),
  health: observedHealth(inputs, found),
});

/** Without what is not linked as it should be. */
function sharedOf({ shared }: ReleaseInputs, found: Found) {
  if (shared === undefined) return {};
  const linked = (names: string[]) => names.filter((name) => (found.shared?.[name] ?? "linked") === "linked");
  return { shared: { ...shared, directories: linked(shared.directories), files: linked(shared.files) } };
}

function sharedWarnings(host: string, { app, path, update, shared }: ReleaseInputs, found: Found): string[] {
  if (shared === undefined) return [];
  const { root } = layout(app, path, update.subdirectory);
  return Object.entries(found.shared ?? {}).flatMap(([name, state]) => {
    const [at, to] = [`${root}/${name}`, `${shared.path}/${name}`];
    if (state === "adopt") return [`${host}: ${app}: up moves ${at} to ${to}, and leaves a link`];
    if (state === "absent") return [`${host}: ${app}: ${to} is not there, up refuses without it`];
    if (state === "both") return [`${host}: ${app}: there is ${at} and ${to}, up refuses to choose`];
    if (state === "elsewhere") return [`${host}: ${app}: ${at} is a link to elsewhere, up refuses to replace it`];
    return [];
  });
}

function environmentOf({ environmentFile, environmentSecrets = {} }: ReleaseInputs, { environment }: Found) {
  if (environmentFile === undefined) return {};
  const text = environment ?? undefined;
  if (text === undefined) return { environmentFile: "missing\n" };
  return { environmentFile: observedEnvironmentFile(text, environmentFile, environmentSecrets) };
}

/** What a run would meet on the host, for its preview. */
export function warningsOf(host: string, inputs: ReleaseInputs, found: Found): string[] {
  const failed = failedBefore(host, inputs, found);
  const local = [...(found.changed ?? []).map((name) => `changed: ${name}`), ...(found.unpushed ?? [])];
  const fate = inputs.overwriteLocalChanges
    ? "they are kept aside and replaced"
    : "up refuses to replace them unless `overwriteLocalChanges: true`";
  return [
    ...(found.open === null ? [] : [`${host}: ${inputs.app}: an update died here; up ends it first`]),
    ...(failed === undefined ? [] : [`${failed}; up tries it again`]),
    ...sharedWarnings(host, inputs, found),
    ...(local.length === 0 ? [] : [`${host}: ${inputs.path} has local changes, ${fate}:\n  ${local.join("\n  ")}`]),
  ];
}

export function failedBefore(host: string, { app, commit }: ReleaseInputs, { failed }: Found): string | undefined {
  if (!failed) return undefined;
  return `${host}: ${app}: ${commit.slice(0, 7)} failed here at ${failed.at} because of ${failed.step}: ${failed.cause}`;
}

function observedCommit({ commit, changed, open }: Found): string {
  if (open !== null) return `${commit ?? "nothing"} (an update died here)`;
  if (!commit) return "nothing checked out";
  return changed === undefined || changed.length === 0 ? commit : `${commit} (changed by hand: ${changed.join(", ")})`;
}

function observedHealth({ health }: ReleaseInputs, found: Found): Health | undefined {
  if (health === undefined || found.health === null || found.health === "ok") return health;
  return { ...health, url: `${health.url}: ${found.health}` };
}

const isUp = ({ states }: Found): boolean =>
  states !== null && states.length > 0 && states.every((state) => state === "RUNNING");
const isStopped = ({ states }: Found): boolean =>
  states?.every((state) => !["RUNNING", "STARTING", "BACKOFF", "STOPPING"].includes(state)) ?? false;
