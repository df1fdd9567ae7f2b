import { afterAll, beforeAll, beforeEach, describe, it } from "vitest";
import { forwardTo } from "../forward";
import { sandbox } from "../places";
import { at, everyStep, goesOn } from "./steps";
import { World } from "./world";

/** An update whose connection is lost at each of its steps. */
const world = new World("linkapp", { host: 9, settings: everyStep });

beforeAll(() => world.begin());
beforeEach(() => world.ready());
afterAll(() => world.end());

describe("a cut SSH link ends nothing", () => {
  it.each(at("stop", "check"))("at %s", async (step) => {
    const ran = await world.meet(step, () => world.on("pkill -f '^sshd: root' || pkill -f 'sshd: root@notty'"));
    await world.judge("SSH link cut", step, ran, goesOn);
  });
});

describe("a link whose packets are dropped ends nothing", () => {
  it.each(at("check"))("at %s", async (step) => {
    const { port, hostKey } = sandbox.host(world.host);
    const forward = await forwardTo(port);
    world.way = { port: forward.port, hostKey, knownHosts: undefined, keepaliveInterval: 1 };
    const ran = await world.meet(step, async () => forward.blackhole());
    world.way = {};
    forward.close();
    await world.judge("packets dropped", step, ran, goesOn);
  });
});
