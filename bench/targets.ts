import type { Beside } from "./besides";
import { matching, meanOf, medianOf, type Run, type Scenario, spreadOf, type Wanted } from "./figures";

export interface Target {
  what: string;
  limit: number;
  /** Undefined: not measured in this run. */
  found: number | undefined;
  unit: "×" | "";
  /** What forbids less, where it was missed. */
  floor?: string;
}

export const isMet = ({ found, limit }: Target): boolean | undefined =>
  found === undefined ? undefined : Math.round(found * 100) / 100 <= limit;

/** How far a target is from its limit, in percent of it: more than 0 is too much. */
export const beyond = ({ found, limit }: Target): number | undefined =>
  found === undefined ? undefined : Math.round((found / limit - 1) * 100);

export const us = "supervised";
const commands = "@pulumi/command";
export const peers = ["script", "Ansible", "pyinfra", commands];
const wall = (run: Run) => run.wall;

const middle = (values: readonly number[]) => (values.length > 0 ? spreadOf(values).median : undefined);

/** Seconds of the fastest of the others. */
export function bestOf(runs: readonly Run[], where: Wanted): number | undefined {
  const all = peers.map((tool) => medianOf(runs, { ...where, tool }, wall)).filter((one) => one !== undefined);
  return all.length > 0 ? Math.min(...all) : undefined;
}

export function targetsOf(runs: readonly Run[], beside: Beside): Target[] {
  const [engine, plugin] = [middle(beside.engines), middle(beside.plugins)];
  const idle = middle(beside.idles);
  const { watch, waits } = beside;
  const withPhases = runs.filter((run) => run.phases !== undefined);
  const median = (wanted: Wanted, pick: (run: Run) => number) => medianOf(runs, wanted, pick);
  const at = (scenario: Scenario, hosts = 1, distance = 0) => ({ scenario, hosts, distance });
  const ratio = (of: number | undefined, to: number | undefined) =>
    of === undefined || to === undefined ? undefined : of / to;
  const wallTo = (what: string, limit: number, where: Wanted, of: number | undefined) => ({
    ...{ what, limit, unit: "×" as const, floor: floor(where, of) },
    found: ratio(median({ ...where, tool: us }, wall), of),
  });
  const of = (where: Wanted, tool: string) => median({ ...where, tool }, wall);
  const floor = (where: Wanted, of: number | undefined) => {
    if (of === undefined) return undefined;
    const isIdle = where.hosts !== undefined && where.hosts > 1 && idle !== undefined;
    const [alone, program] = isIdle ? [idle, "as many resources that do nothing"] : [engine, "an empty program"];
    if (alone === undefined) return undefined;
    const parts = [`the engine alone, with ${program}, takes ${(alone / of).toFixed(2)} ×`];
    const looked = medianOf(withPhases, { ...where, tool: us }, (run) => run.phases!.hosts);
    if (looked !== undefined) parts.push(`connecting to the hosts and looking at them ${(looked / of).toFixed(2)} ×`);
    if (where.scenario !== "no-op" && watch !== undefined)
      parts.push(`watching the new version ${(watch / of).toFixed(2)} ×`);
    return parts.join(", ");
  };
  const mine = (where: Wanted, pick: (run: Run) => number) => median({ ...where, tool: us }, pick);
  const ours = matching(runs, { tool: us }).map((run) => run.connections);
  const turns = mine(at("no-op", 1, 50), (run) => run.roundTrips);
  // Whatever installs the packages is done before.
  const pauses = matching(runs, at("code-only")).filter(({ tool }) => tool.startsWith(us));
  const pause = meanOf(pauses.map((run) => run.pause));
  const [one, eight] = [at("no-op"), at("no-op", 8)];
  const [code, first, packages] = [at("code-only"), at("first deploy"), at("changed requirement")];
  const told = runs.filter((run) => run.packages !== undefined);
  const ofPackages = (tool: string) => medianOf(told, { ...packages, tool }, (run) => run.packages!);
  const targets: (Omit<Target, "floor"> & { floor?: string | undefined })[] = [
    of(one, commands) === undefined
      ? wallTo("no-op, to pyinfra", 1.5, one, of(one, "pyinfra"))
      : wallTo(`no-op, to ${commands}, which asks the hosts nothing`, 1.2, one, of(one, commands)),
    wallTo("no-op, to Ansible", 0.5, one, of(one, "Ansible")),
    wallTo("code-only, to the best peer", 0.9, code, bestOf(runs, code)),
    wallTo("first deploy, to the script", 0.6, first, of(first, "script")),
    wallTo("changed requirement, to the script", 0.6, packages, of(packages, "script")),
    {
      what: "building the environment for a changed requirement, to the script's run of pip",
      limit: 1,
      found: ratio(ofPackages(us), ofPackages("script")),
      unit: "×",
      floor: "pip changes one package of the environment that serves; here all of them go into another one",
    },
    {
      what: "pause of a code-only update, to `supervisorctl restart`, by their means",
      limit: 1.1,
      found: ratio(pause, meanOf(beside.restarts)),
      unit: "×",
      floor: "between stop and start git changes the files, and each step is on disk before it is taken",
    },
    { what: "start of the plugin, ms", limit: 120, found: plugin, unit: "" },
    {
      what: "SSH connections per host, at most",
      limit: 1,
      found: ours.length > 0 ? Math.max(...ours) : undefined,
      unit: "",
    },
    {
      what: "round trips of a no-op after the handshake, as the talk turns at 50 ms",
      limit: 6,
      found: turns === undefined || waits === undefined ? undefined : turns - waits.turns,
      unit: "",
    },
    {
      what: "the same, as they are waited for",
      limit: 6,
      found: waits && waits.noOp - waits.handshake,
      unit: "",
    },
    wallTo("no-op on 8 hosts, to pyinfra", 1.3, eight, of(eight, "pyinfra")),
    wallTo("no-op on 8 hosts, to Ansible", 0.2, eight, of(eight, "Ansible")),
  ];
  return targets.map(({ floor: why, ...target }) =>
    why !== undefined && isMet(target) === false ? { ...target, floor: why } : target,
  );
}
