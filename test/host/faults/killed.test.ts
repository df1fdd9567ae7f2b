import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { forwardTo } from "../forward";
import { sandbox } from "../places";
import type { Ran } from "../stack";
import { bad } from "./versions";
import { type Fate, isWhole, World } from "./world";

/** What is killed, cut or booted while an update is going on, at each of its steps. */
const world = new World("killapp", { host: 4 });
const hooks = { beforeStart: [{ name: "migrate", command: "true" }] };
let cli = 0;

beforeAll(() => world.begin());
beforeEach(() => world.ready());
afterAll(() => world.end());

const before = ["prove", "save", "open"];
const middle = ["stop", "hold", "reset", "venv", "hooks", "conf", "alias", "update", "start"];
const proven = ["check", "finish"];
const all = [...before, ...middle, ...proven];
/** All steps, or the worst ones. */
const at = (...worst: string[]): string[] => (isWhole ? all : worst);

/** An update of a new version that waits at `step` until `act` has done its worst. */
async function meet(step: string, act: () => Promise<unknown>): Promise<Ran> {
  world.pushNew();
  world.configure({ hooks });
  await world.fault(`hang:${step}`);
  const running = world.up({
    onStart: (pid) => {
      cli = pid;
    },
  });
  await world.reached();
  await act();
  await world.letGo();
  return running;
}

const goesOn: Fate = { serves: "new", tells: /paused \d+ ms/ };
const goesBack: Fate = { serves: "old", tells: /The version before is back\./ };

describe("a cut SSH link ends nothing", () => {
  it.each(at("stop", "check"))("at %s", async (step) => {
    const ran = await meet(step, () => world.on("pkill -f '^sshd: root' || pkill -f 'sshd: root@notty'"));
    await world.judge("SSH link cut", step, ran, goesOn);
  });
});

describe("a link whose packets are dropped ends nothing", () => {
  it.each(at("check"))("at %s", async (step) => {
    const { port, hostKey } = sandbox.host(world.host);
    const forward = await forwardTo(port);
    world.way = { port: forward.port, hostKey, knownHosts: undefined, keepaliveInterval: 1 };
    const ran = await meet(step, async () => forward.blackhole());
    world.way = {};
    forward.close();
    await world.judge("packets dropped", step, ran, goesOn);
  });
});

describe("a killed activation is ended by who follows it", () => {
  it.each(at("open", "reset", "update", "check"))("at %s", async (step) => {
    world.pushNew();
    world.configure({ hooks });
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

describe("a boot in the middle", () => {
  it.each(at("hold", "update"))("at %s", async (step) => {
    const host = sandbox.host(world.host);
    const ran = await meet(step, async () => {
      await sandbox.kill(host);
      await sleep(500);
      await sandbox.up();
    });
    if (["prove", "save"].includes(step)) {
      await world.judge("host booted", step, ran, { serves: "old", tells: /Nothing was touched\./ });
    } else
      await world.judge(
        "host booted",
        step,
        ran,
        proven.includes(step) ? { serves: "new", tells: /→ \w+ on/ } : goesBack,
      );
  });
});

describe("a supervisord that dies", () => {
  it.each(at("reset", "check"))("at %s is started again", async (step) => {
    const ran = await meet(step, () => world.on("kill -9 $(cat /var/run/supervisord.pid)"));
    if (before.includes(step)) {
      await world.judge("supervisord killed", step, ran, { serves: "old", tells: /supervisord does not answer/ });
    } else await world.judge("supervisord killed", step, ran, { serves: "old", tells: /supervisord does not answer/ });
  });

  it("before an update is started by it", async () => {
    world.pushNew();
    await world.on("kill -9 $(cat /var/run/supervisord.pid)");
    const ran = await world.up();
    await world.judge("supervisord down before", "packages", ran, goesOn);
  });
});
