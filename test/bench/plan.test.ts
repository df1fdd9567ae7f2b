import { describe, expect, it } from "vitest";
import { Budget, planOf } from "../../bench/plan";

const shown = (words: string[]) => planOf(words).places.map(({ hosts, distance }) => `${hosts} ${distance}`);

describe("what is measured", () => {
  it("is all of it, and the page is written", () => {
    expect(shown([])).toEqual(["1 0", "1 50", "8 0", "8 50"]);
    expect(planOf([])).toMatchObject({ minutes: 20, isWhole: true, tools: undefined });
    expect(planOf(["--minutes", "40"])).toMatchObject({ minutes: 40, isWhole: true });
  });

  it("is a round of each on one host, quickly", () => {
    const { places, isWhole } = planOf(["--quick"]);
    const rounds = { "first deploy": 1, "no-op": 1, "code-only": 1, "changed requirement": 1 };
    expect(places).toEqual([{ hosts: 1, distance: 0, rounds }]);
    expect(isWhole).toBe(false);
  });

  it("is what is asked for", () => {
    expect(shown(["--hosts", "8", "--distances", "0,50"])).toEqual(["8 0", "8 50"]);
    const { places, tools, isWhole } = planOf(["--tools", "script, pyinfra", "--scenarios", "no-op", "--hosts", "1"]);
    expect(places.map(({ rounds }) => rounds)).toEqual([{ "no-op": 5 }, { "no-op": 3 }]);
    expect([tools, isWhole]).toEqual([["script", "pyinfra"], false]);
  });

  it.each([
    [["--scenarios", "noop"], "--scenarios: noop is none of first deploy, no-op, code-only, changed requirement"],
    [["--hosts", "3"], "--hosts are 1 and 8, --distances 0 and 50"],
    [["--minutes", "soon"], "--minutes should be a number above 0"],
  ])("%j is wrong", (words, message) => {
    expect(() => planOf(words)).toThrow(message);
  });
});

describe("the budget", () => {
  const clock = () => {
    let now = 0;
    const pass = async (minutes: number) => {
      now += minutes * 60_000;
    };
    return { now: () => now, pass };
  };

  it("begins nothing that took too long the last time, and says what", async () => {
    const { now, pass } = clock();
    const budget = new Budget(10, now);
    expect(await budget.spend("update", "update 1", () => pass(4))).toBe(true);
    expect(budget.tookFor("update")).toBe(4);
    expect(await budget.spend("update", "update 2", () => pass(4))).toBe(true);
    expect(await budget.spend("update", "update 3", () => pass(4))).toBe(false);
    expect(await budget.spend("look", "look 1", () => pass(1))).toBe(true);
    expect([budget.left, budget.spent]).toEqual([["update 3"], 9]);
  });

  it("believes a guess until the first was done", async () => {
    const { now, pass } = clock();
    const budget = new Budget(10, now);
    expect(await budget.spend("update", "update 1", () => pass(1), 11)).toBe(false);
    expect(await budget.spend("update", "update 2", () => pass(1), 9)).toBe(true);
    expect(await budget.spend("update", "update 3", () => pass(1), 11)).toBe(true);
  });
});
