import { medianOf, type Run, type Scenario, type Wanted } from "./figures";

/** What else was measured in the same run. */
export interface Beside {
  /** Milliseconds that a bare `supervisorctl restart` of our app pauses it. */
  restart: number;
  /** Seconds of `pulumi up` with an empty program. */
  engine: number;
  /** Round trips of a connection that is made and closed. */
  handshake: number;
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
const peers = ["script", "Ansible", "pyinfra"];
const wall = (run: Run) => run.wall;

export function targetsOf(runs: readonly Run[], { restart, engine, handshake }: Beside): Target[] {
  const median = (wanted: Wanted, pick: (run: Run) => number) => medianOf(runs, wanted, pick);
  const at = (scenario: Scenario, hosts = 1, distance = 0) => ({ scenario, hosts, distance });
  const ratio = (of: number | undefined, to: number | undefined) =>
    of === undefined || to === undefined ? undefined : of / to;
  const against = (where: Wanted, tool: string) =>
    ratio(median({ ...where, tool: us }, wall), median({ ...where, tool }, wall));
  const best = (where: Wanted) => {
    const all = peers.map((tool) => median({ ...where, tool }, wall)).filter((one) => one !== undefined);
    return ratio(median({ ...where, tool: us }, wall), all.length > 0 ? Math.min(...all) : undefined);
  };
  const floor = (where: Wanted, tool: string) => {
    const least = ratio(engine, median({ ...where, tool }, wall));
    return least === undefined ? undefined : `the engine alone, with an empty program, takes ${least.toFixed(2)} ×`;
  };
  const mine = (where: Wanted, pick: (run: Run) => number) => median({ ...where, tool: us }, pick);
  const far = mine(at("no-op", 1, 50), (run) => run.roundTrips);
  const connections = mine(at("code-only"), (run) => run.connections);
  const pause = mine(at("code-only"), (run) => run.pause);
  const one = at("no-op");
  const eight = at("no-op", 8);
  const targets: (Omit<Target, "floor"> & { floor?: string | undefined })[] = [
    { what: "no-op, to pyinfra", limit: 1.5, found: against(one, "pyinfra"), unit: "×", floor: floor(one, "pyinfra") },
    { what: "no-op, to Ansible", limit: 0.5, found: against(one, "Ansible"), unit: "×", floor: floor(one, "Ansible") },
    { what: "code-only, to the best peer", limit: 0.9, found: best(at("code-only")), unit: "×" },
    { what: "first deploy, to the script", limit: 0.6, found: against(at("first deploy"), "script"), unit: "×" },
    {
      what: "changed requirement, to the script",
      limit: 0.6,
      found: against(at("changed requirement"), "script"),
      unit: "×",
      floor: floor(at("changed requirement"), "script"),
    },
    {
      what: "pause of a code-only update, to `supervisorctl restart`",
      limit: 1.1,
      found: ratio(pause, restart),
      unit: "×",
    },
    { what: "SSH connections per host", limit: 1, found: connections, unit: "" },
    {
      what: "round trips of a no-op after the handshake",
      limit: 6,
      found: far === undefined ? undefined : far - handshake,
      unit: "",
    },
    {
      what: "no-op on 8 hosts, to pyinfra",
      limit: 1.3,
      found: against(eight, "pyinfra"),
      unit: "×",
      floor: floor(eight, "pyinfra"),
    },
    {
      what: "no-op on 8 hosts, to Ansible",
      limit: 0.2,
      found: against(eight, "Ansible"),
      unit: "×",
      floor: floor(eight, "Ansible"),
    },
  ];
  return targets.map(({ floor: why, ...target }) =>
    why !== undefined && isMet(target) === false ? { ...target, floor: why } : target,
  );
}
