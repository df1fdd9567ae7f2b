import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, it } from "vitest";
import { sandbox } from "../places";
import { at, everyStep, goesBack, goesOn, proven } from "./steps";
import { World } from "./world";

/** A host that goes down, or its supervisord, at each step of an update. */
const world = new World("bootapp", { host: 4, settings: everyStep });

beforeAll(() => world.begin());
beforeEach(() => world.ready());
afterAll(() => world.end());

describe("a boot in the middle", () => {
  it.each(at("hold", "update"))("at %s", async (step) => {
    const host = sandbox.host(world.host);
    const ran = await world.meet(step, async () => {
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
    const ran = await world.meet(step, () => world.on("kill -9 $(cat /var/run/supervisord.pid)"));
    await world.judge("supervisord killed", step, ran, { serves: "old", tells: /supervisord does not answer/ });
  });

  it("before an update is started by it", async () => {
    world.pushNew();
    await world.on("kill -9 $(cat /var/run/supervisord.pid)");
    const ran = await world.up();
    await world.judge("supervisord down before", "packages", ran, goesOn);
  });
});
