import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isWhole } from "./report";
import { at, everyStep, goesBack, goesOn, proven } from "./steps";
import { bad } from "./versions";
import { type Fate, World } from "./world";

/** What is killed while an update is going on, at each of its steps. */
const world = new World("killapp", { host: 8, settings: everyStep });
let cli = 0;

beforeAll(() => world.begin());
beforeEach(() => world.ready());
afterAll(() => world.end());

describe("a killed activation is ended by who follows it", () => {
  it.each(at("open", "reset", "update", "check"))("at %s", async (step) => {
    world.pushNew();
    await world.fault(`kill:${step}`);
    const ran = await world.up();
    if (["prove", "save"].includes(step)) {
      await world.judge("activation killed", step, ran, { serves: "old", tells: /Nothing was touched\./, pause: 0 });
    } else await world.judge("activation killed", step, ran, proven.includes(step) ? goesOn : goesBack);
  });

  it.each(["roll back", "restore", "revive"].slice(isWhole ? 0 : 1))("at %s of its way back", async (step) => {
    world.push(bad.crashAtImport, "Crash");
    await world.fault(`kill:${step}`);
    await world.judge("activation killed", step, await world.up(), goesBack);
  });
});

const meet = (step: string, act: () => Promise<unknown>) =>
  world.meet(step, act, (pid) => {
    cli = pid;
  });

const plugins = (): number[] =>
  execFileSync("pgrep", ["-P", String(cli), "-f", "pulumi-resource-host"], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map(Number);

describe("a killed plugin leaves the activation to end by itself", () => {
  it.each(at("reset"))("at %s", async (step) => {
    const ran = await meet(step, async () => {
      for (const pid of plugins()) process.kill(pid, "SIGKILL");
    });
    const fate: Fate = { serves: "new", tells: /error: .*/, fails: true };
    await world.judge("plugin killed", step, ran, fate);
  });
});

describe("a killed pulumi", () => {
  it.each(at("reset"))("at %s leaves the activation to end by itself; its lock goes by pulumi cancel", async (step) => {
    const ran = await meet(step, async () => process.kill(cli, "SIGKILL"));
    await world.quiet();
    const locked = await world.stack.up();
    expect(locked.text).toMatch(/the stack is currently locked[\s\S]*pulumi cancel/);
    expect((await world.stack.pulumi("cancel", "--yes")).exitCode).toBe(0);
    await world.judge(
      "pulumi killed",
      step,
      { ...ran, text: locked.text },
      { serves: "new", tells: /pulumi cancel/, fails: true },
    );
  });
});

describe("Ctrl-C lets the update end whole", () => {
  it.each(at("reset"))("at %s", async (step) => {
    const ran = await meet(step, async () => process.kill(cli, "SIGINT"));
    await world.judge("Ctrl-C", step, ran, { ...goesOn, fails: ran.exitCode !== 0 });
  });
});
