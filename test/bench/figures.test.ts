import { describe, expect, it } from "vitest";
import { matching, medianOf, type Run, spreadOf } from "../../bench/figures";
import { reportOf } from "../../bench/report";
import { isMet, targetsOf } from "../../bench/targets";

const run = (more: Partial<Run>): Run => ({
  tool: "script",
  scenario: "no-op",
  hosts: 1,
  distance: 0,
  wall: 2,
  pause: 0,
  connections: 1,
  roundTrips: 10,
  ...more,
});

describe("figures", () => {
  it.each([
    [[3], { median: 3, min: 3, max: 3, count: 1 }],
    [[4, 1, 3], { median: 3, min: 1, max: 4, count: 3 }],
    [[10, 2, 4, 6], { median: 5, min: 2, max: 10, count: 4 }],
  ])("of %j are %j", (values, spread) => {
    expect(spreadOf(values)).toEqual(spread);
  });

  it("of nothing are an error", () => {
    expect(() => spreadOf([])).toThrow("nothing was measured");
  });

  it("are found by what is asked for", () => {
    const runs = [run({}), run({ hosts: 8 }), run({ tool: "pyinfra", wall: 1 })];
    expect(matching(runs, { hosts: 1 })).toHaveLength(2);
    expect(medianOf(runs, { tool: "pyinfra" }, ({ wall }) => wall)).toBe(1);
    expect(medianOf(runs, { tool: "Ansible" }, ({ wall }) => wall)).toBeUndefined();
  });
});

describe("targets", () => {
  const beside = { restart: 200, engine: 1.2, watch: 1.5, waits: { noOp: 12, handshake: 7 } };
  const runs = [
    run({ tool: "script", scenario: "code-only", wall: 3 }),
    run({ tool: "pyinfra", scenario: "code-only", wall: 4 }),
    run({ tool: "supervised", scenario: "code-only", wall: 2.4, pause: 230 }),
    run({ tool: "pyinfra", wall: 1 }),
    run({ tool: "Ansible", wall: 5 }),
    run({ tool: "supervised", wall: 2 }),
    run({ tool: "script", scenario: "changed requirement", wall: 3 }),
    run({ tool: "supervised", scenario: "changed requirement", wall: 6 }),
    run({ tool: "supervised", wall: 99, distance: 50 }),
  ];
  const targets = targetsOf(runs, beside);
  const of = (what: string) => targets.find((target) => target.what === what)!;

  it.each([
    ["no-op, to pyinfra", 2, false],
    ["no-op, to Ansible", 0.4, true],
    ["code-only, to the best peer", 0.8, true],
    ["first deploy, to the script", undefined, undefined],
    ["pause of a code-only update, to `supervisorctl restart`", 1.15, false],
    ["SSH connections per host", 1, true],
    ["round trips of a no-op after the handshake", 5, true],
    ["no-op on 8 hosts, to pyinfra", undefined, undefined],
  ])("%s: %d, %s", (what, found, met) => {
    const target = of(what);
    if (found === undefined) expect(target.found).toBeUndefined();
    else expect(target.found).toBeCloseTo(found);
    expect(isMet(target)).toBe(met);
  });

  it("that are missed name the floor, where the engine alone is one", () => {
    expect(of("no-op, to pyinfra").floor).toBe("the engine alone, with an empty program, takes 1.20 ×");
    expect(of("changed requirement, to the script").floor).toBe(
      "the engine alone, with an empty program, takes 0.40 ×, watching the new version 0.50 ×",
    );
    expect(of("no-op, to Ansible").floor).toBeUndefined();
  });

  it("are against @pulumi/command where its plugin could be had", () => {
    const all = targetsOf([...runs, run({ tool: "@pulumi/command", wall: 1.6 })], beside);
    expect(all[0]).toMatchObject({ limit: 1.2, found: 1.25 });
  });

  it("are judged by what is shown", () => {
    expect(isMet({ what: "", limit: 1.5, found: 1.504, unit: "×" })).toBe(true);
    expect(isMet({ what: "", limit: 1.5, found: 1.506, unit: "×" })).toBe(false);
  });

  it("are in the report with all figures", () => {
    const text = reportOf({ missing: "no network", runs, memory: [], targets, beside, minutes: 12, cores: 2 });
    expect(text).toContain("| code-only, to the best peer | 0.90 × | 0.80 × | met |");
    expect(text).toContain("| no-op, to pyinfra | 1.50 × | 2.00 × | **missed**: the engine alone");
    expect(text).toContain("| 1 | 0 ms | code-only | 1 | 3.00, 1.00 × | 4.00, 1.33 × | 2.40, 0.80 × |  |");
    expect(text).toContain("| 1 | 50 ms | no-op |");
    expect(text).toContain("takes 1.20 s. All of it took 12 minutes.");
  });
});
