import { unfill } from "../conf/template";
import type { Found, Health } from "./commands/release";
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
  start: inputs.start ? isUp(found) : !isStopped(found),
  health: observedHealth(inputs, found),
});

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
