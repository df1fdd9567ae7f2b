import { medianOf, type Run, type Scenario, type Wanted } from "./figures";

/** What else was measured in the same run. */
export interface Beside {
  /** Milliseconds that a bare `supervisorctl restart` of our app pauses it. */
  restart: number;
  /** Seconds of `pulumi up` with an empty program. */
  engine: number;
  /** Seconds that an update watches the new version, after its first answer, before it counts as good. */
  watch: number;
  /** Round trips that are waited for: in a no-op, and for a connection that is only made. */
  waits: { noOp: number; handshake: number };
}

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

const us = "supervised";
const commands = "@pulumi/command";
const peers = ["script", "Ansible", "pyinfra", commands];
const wall = (run: Run) => run.wall;

export function targetsOf(runs: readonly Run[], { restart, engine, watch, waits }: Beside): Target[] {
  const median = (wanted: Wanted, pick: (run: Run) => number) => medianOf(runs, wanted, pick);
  const at = (scenario: Scenario, hosts = 1, distance = 0) => ({ scenario, hosts, distance });
  const ratio = (of: number | undefined, to: number | undefined) =>
    of === undefined || to === undefined ? undefined : of / to;
  const best = (where: Wanted) => {
    const all = peers.map((tool) => median({ ...where, tool }, wall)).filter((one) => one !== undefined);
    return all.length > 0 ? Math.min(...all) : undefined;
  };
  const wallTo = (what: string, limit: number, where: Wanted, of: number | undefined) => ({
    ...{ what, limit, unit: "×" as const, floor: floor(where, of) },
    found: ratio(median({ ...where, tool: us }, wall), of),
  });
  const of = (where: Wanted, tool: string) => median({ ...where, tool }, wall);
  const floor = (where: Wanted, of: number | undefined) => {
    if (of === undefined) return undefined;
    const alone = `the engine alone, with an empty program, takes ${(engine / of).toFixed(2)} ×`;
    return where.scenario === "no-op" ? alone : `${alone}, watching the new version ${(watch / of).toFixed(2)} ×`;
  };
  const mine = (where: Wanted, pick: (run: Run) => number) => median({ ...where, tool: us }, pick);
  const connections = mine(at("code-only"), (run) => run.connections);
  const pause = mine(at("code-only"), (run) => run.pause);
  const [one, eight] = [at("no-op"), at("no-op", 8)];
  const [code, first, packages] = [at("code-only"), at("first deploy"), at("changed requirement")];
  const targets: (Omit<Target, "floor"> & { floor?: string | undefined })[] = [
    of(one, commands) === undefined
      ? wallTo("no-op, to pyinfra", 1.5, one, of(one, "pyinfra"))
      : wallTo(`no-op, to ${commands}, which asks the hosts nothing`, 1.2, one, of(one, commands)),
    wallTo("no-op, to Ansible", 0.5, one, of(one, "Ansible")),
    wallTo("code-only, to the best peer", 0.9, code, best(code)),
    wallTo("first deploy, to the script", 0.6, first, of(first, "script")),
    wallTo("changed requirement, to the script", 0.6, packages, of(packages, "script")),
    {
      what: "pause of a code-only update, to `supervisorctl restart`",
      limit: 1.1,
      found: ratio(pause, restart),
      unit: "×",
    },
    { what: "SSH connections per host", limit: 1, found: connections, unit: "" },
    { what: "round trips of a no-op after the handshake", limit: 6, found: waits.noOp - waits.handshake, unit: "" },
    wallTo("no-op on 8 hosts, to pyinfra", 1.3, eight, of(eight, "pyinfra")),
    wallTo("no-op on 8 hosts, to Ansible", 0.2, eight, of(eight, "Ansible")),
  ];
  return targets.map(({ floor: why, ...target }) =>
    why !== undefined && isMet(target) === false ? { ...target, floor: why } : target,
  );
}
