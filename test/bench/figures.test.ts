import { describe, expect, it } from "vitest";
import { nothingBeside } from "../../bench/besides";
import { matching, medianOf, type Run, spreadOf } from "../../bench/figures";
import { reportOf } from "../../bench/report";
import { bestOf, beyond, isMet, targetsOf } from "../../bench/targets";

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

it("the fastest of the others is not ours", () => {
  const runs = [run({ wall: 2 }), run({ tool: "pyinfra", wall: 1.5 }), run({ tool: "supervised", wall: 1 })];
  expect(bestOf(runs, { scenario: "no-op" })).toBe(1.5);
  expect(bestOf(runs, { scenario: "code-only" })).toBeUndefined();
});

describe("targets", () => {
  const beside = {
    restarts: [180, 185, 235],
    engines: [1.2],
    previews: [1.8],
    plugins: [150],
    idles: [2.4],
    watch: 1.5,
    waits: { noOp: 12, handshake: 7, turns: 6 },
  };
  const runs = [
    run({ tool: "script", scenario: "code-only", wall: 3 }),
    run({ tool: "pyinfra", scenario: "code-only", wall: 4 }),
    run({ tool: "supervised", scenario: "code-only", wall: 2.4, pause: 220 }),
    run({ tool: "supervised, pip", scenario: "code-only", wall: 2.4, pause: 240 }),
    run({ tool: "pyinfra", wall: 1 }),
    run({ tool: "Ansible", wall: 5 }),
    run({ tool: "supervised", wall: 2, phases: { start: 0.5, hosts: 0.4, program: 0.8, rest: 0.3 } }),
    run({ tool: "script", scenario: "changed requirement", wall: 3, packages: 0.8 }),
    run({ tool: "supervised", scenario: "changed requirement", wall: 6, packages: 1.2 }),
    run({ tool: "supervised", scenario: "changed requirement", wall: 6 }),
    run({ tool: "supervised", wall: 99, distance: 50, roundTrips: 14 }),
    run({ tool: "pyinfra", wall: 2, hosts: 8 }),
    run({ tool: "supervised", wall: 4, hosts: 8, phases: { start: 0.5, hosts: 1, program: 0.8, rest: 1.7 } }),
  ];
  const targets = targetsOf(runs, beside);
  const of = (what: string) => targets.find((target) => target.what === what)!;

  it.each([
    ["no-op, to pyinfra", 2, false],
    ["no-op, to Ansible", 0.4, true],
    ["code-only, to the best peer", 0.8, true],
    ["first deploy, to the script", undefined, undefined],
    ["building the environment for a changed requirement, to the script's run of pip", 1.5, false],
    ["pause of a code-only update, to `supervisorctl restart`, by their means", 1.15, false],
    ["start of the plugin, ms", 150, false],
    ["SSH connections per host, at most", 1, true],
    ["round trips of a no-op after the handshake, as the talk turns at 50 ms", 8, false],
    ["the same, as they are waited for", 5, true],
    ["no-op on 8 hosts, to pyinfra", 2, false],
    ["no-op on 8 hosts, to Ansible", undefined, undefined],
  ])("%s: %d, %s", (what, found, met) => {
    const target = of(what);
    if (found === undefined) expect(target.found).toBeUndefined();
    else expect(target.found).toBeCloseTo(found);
    expect(isMet(target)).toBe(met);
  });

  it("that are missed name the floor, and what else it is made of", () => {
    expect(of("no-op, to pyinfra").floor).toBe(
      "the engine alone, with an empty program, takes 1.20 ×, connecting to the hosts and looking at them 0.40 ×",
    );
    expect(of("changed requirement, to the script").floor).toBe(
      "the engine alone, with an empty program, takes 0.40 ×, watching the new version 0.50 ×",
    );
    expect(of("no-op on 8 hosts, to pyinfra").floor).toBe(
      "the engine alone, with as many resources that do nothing, takes 1.20 ×, connecting to the hosts and looking at them 0.50 ×",
    );
    expect(of("no-op, to Ansible").floor).toBeUndefined();
  });

  it("are against @pulumi/command where its plugin could be had", () => {
    const all = targetsOf([...runs, run({ tool: "@pulumi/command", wall: 1.6 })], beside);
    expect(all[0]).toMatchObject({ limit: 1.2, found: 1.25 });
  });

  it("count the connections of every run, not of the usual one", () => {
    const all = targetsOf([...runs, run({ tool: "supervised", scenario: "first deploy", connections: 2 })], beside);
    const target = all.find(({ what }) => what === "SSH connections per host, at most")!;
    expect([target.found, isMet(target)]).toEqual([2, false]);
  });

  it("have no figure where nothing was measured beside", () => {
    const all = targetsOf(runs, nothingBeside());
    expect(all.find(({ what }) => what.startsWith("pause"))!.found).toBeUndefined();
    expect(all.find(({ what }) => what === "the same, as they are waited for")!.found).toBeUndefined();
    expect(all[0]).toMatchObject({ found: 2 });
    expect(all[0]!.floor).toBeUndefined();
  });

  it.each([
    [1.2, 1.5, -20],
    [3, 1.5, 100],
    [undefined, 1.5, undefined],
  ])("%d of %d is beyond by %d %%", (found, limit, percent) => {
    expect(beyond({ what: "", limit, found, unit: "×" })).toBe(percent);
  });

  it("are judged by what is shown", () => {
    expect(isMet({ what: "", limit: 1.5, found: 1.504, unit: "×" })).toBe(true);
    expect(isMet({ what: "", limit: 1.5, found: 1.506, unit: "×" })).toBe(false);
  });

  it("are in the report with all figures", () => {
    const text = reportOf({
      missing: "no network",
      left: ["no-op on 8 at 50 ms"],
      runs,
      memory: [],
      targets,
      beside,
      minutes: 12,
      cores: 2,
    });
    expect(text).toContain("| code-only, to the best peer | 0.90 × | 0.80 × | met (-11 %) |");
    expect(text).toContain("Left out: no-op on 8 at 50 ms.");
    expect(text).toContain("| no-op, to pyinfra | 1.50 × | 2.00 × | **missed** (+33 %): the engine alone");
    expect(text).toContain(
      "| 1 | 0 ms | code-only | 1 | 3.00, 1.00 × | 4.00, 1.33 × | 2.40, 0.80 ×, 0.80 × the fastest | 2.40, 0.80 ×, 0.80 × the fastest |  |",
    );
    expect(text).toContain("| 1 | 50 ms | no-op |");
    expect(text).toContain("| 1 | 0 ms | 0.50 | 0.40 | 0.80 | 0.30 |");
    expect(text).toContain("the packages alone take: script 0.80 s, supervised 1.20 s.");
    expect(text).toContain(
      "with an empty program 1.20 s; both on one host, between the no-ops. All of it took 12 minutes.",
    );
  });
});
