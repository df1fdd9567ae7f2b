import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Stack } from "../stack";
import { bad, good } from "./versions";
import { World } from "./world";

/** Several at once, and what is done by hand on the host. */
const world = new World("handapp", { host: 5 });

beforeAll(() => world.begin());
beforeEach(() => world.ready());
afterAll(() => world.end());

const byHand = (line: string) => world.on(`. /etc/profile.d/handapp.sh; ${line}; echo "code $?"`);

describe("two at once", () => {
  it("of one stack: the second is told, and harms nothing", async () => {
    world.pushNew();
    await world.fault("hang:reset");
    const first = world.up();
    await world.reached(first);
    const second = await world.stack.run(["up", "--yes", "--skip-preview"]);
    expect(second.exitCode).not.toBe(0);
    expect(second.text).toContain("the stack is currently locked");
    await world.letGo();
    await world.judge("two up at once", "reset", await first, { serves: "new", tells: /paused \d+ ms/ });
  });

  it("from machines with states of their own: the second is told who is at it, and waits", async () => {
    const other = new Stack("otherhand");
    cpSync(join(world.stack.path, "state"), join(other.path, "state"), { recursive: true });
    cpSync(join(world.stack.path, "Pulumi.test.yaml"), join(other.path, "Pulumi.test.yaml"));
    cpSync(join(world.stack.path, "Pulumi.yaml"), join(other.path, "Pulumi.yaml"));
    world.pushNew();
    await world.fault("hang:reset");
    const first = world.up();
    await world.reached(first);
    const second = other.run(["up", "--yes", "--skip-preview", "--refresh=false"]);
    await new Promise((resolve) => setTimeout(resolve, 8000));
    await world.letGo();
    const waited = await second;
    expect(waited.text).toMatch(/waiting for another update of handapp: \S+@\S+ since \S+ for \w{7}/);
    expect(waited.exitCode, waited.text).toBe(0);
    await world.judge("two up from two machines", "reset", await first, { serves: "new", tells: /paused \d+ ms/ });
  });

  it("up and an update by hand: each is told of the other", async () => {
    world.pushNew();
    await world.fault("hang:reset");
    const first = world.up();
    await world.reached(first);
    const refused = await byHand("handapp update --yes");
    expect(refused).toMatch(/another update of handapp is going on: \S+@\S+ since \S+ for \w{7}/);
    expect(refused).toContain("code 75");
    const waiting = byHand("handapp update --yes --wait 60");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await world.letGo();
    expect(await waiting).toContain("code 0");
    await world.judge("up against an update by hand", "reset", await first, { serves: "new", tells: /paused \d+ ms/ });
  });

  it("is refused at once where the settings say not to wait", async () => {
    world.pushNew();
    await world.fault("hang:reset");
    const byHandFirst = byHand("handapp update --yes");
    await world.reached(byHandFirst);
    world.configure({ waitForLock: 0 });
    const ran = await world.up();
    await world.letGo();
    expect(await byHandFirst).toContain("code 0");
    await world.judge("an update by hand against up", "reset", ran, {
      serves: "new",
      fails: true,
      tells: /another update of handapp is going on: root@\S+ since \S+ for \w{7}/,
    });
  });
});

describe("by hand", () => {
  it("rollback brings the release before, without network, and the next one the one before that", async () => {
    const first = world.old;
    world.push(good("second"), "Second");
    expect((await world.up()).exitCode).toBe(0);
    world.push({ ...good("third"), "requirements.txt": "# other\n" }, "Third");
    expect((await world.up()).exitCode).toBe(0);
    const bare = "mv /opt/handapp/.git/config /root/config && git config -f /opt/handapp/.git/config core.bare false";
    await world.on(bare); // no remote: nothing can be fetched
    const said = await byHand("handapp rollback");
    expect(said).toContain("code 0");
    expect(await world.prober.says()).toBe("second");
    expect(await byHand("handapp rollback")).toContain("code 0");
    expect(await world.prober.says()).toBe(first);
    await world.on("cp /root/config /opt/handapp/.git/config && chown handapp: /opt/handapp/.git/config");
    // The settings still ask for the third: the preview says so, and up brings it.
    expect((await world.stack.preview()).text).toMatch(/~ commit\s*:/);
    expect((await world.up()).exitCode).toBe(0);
    expect(await world.prober.says()).toBe("third");
  });

  it("log tells when, who, from and to, the pause and the outcome", async () => {
    world.push(bad.crashAtImport, "Crash");
    await world.up();
    const lines = (await byHand("handapp log")).split("\n");
    expect(lines.at(-2)).toMatch(
      /^20\d\d-\S+Z {2}\S+@\S+ +\w{7} → \w{7} {2}rolled back at check: handapp is .*, paused \d+\.\d\d s$/,
    );
    expect(lines.join("\n")).toMatch(/root@web5 +\w{7} → \w{7} {2}done, paused \d+\.\d\d s/);
    expect(lines.length).toBeLessThanOrEqual(21);
    expect(await byHand("handapp log --frob")).toContain("Unknown option: --frob");
    const json = (await byHand("handapp log --json")).split("\n").slice(0, -1);
    expect(json.map((line) => JSON.parse(line)).some(({ event }) => event === "roll back")).toBe(true);
  });

  it("a command ends an update that died", async () => {
    world.push(good("dead"), "Dies");
    await world.fault("kill:conf");
    const said = await byHand("handapp update --yes");
    expect(said).toMatch(/The version before is back|died/);
    const status = await byHand("handapp status");
    expect(status).toContain("RUNNING");
    expect(await world.on(`ls ${world.state}/open`)).toContain("No such file");
    expect(await world.boots()).toBe(true);
  });
});

describe("a rollback by Pulumi", () => {
  it("reuses the environment that was kept, and says that it is one", async () => {
    const earlier = world.push({ ...good("earlier"), "requirements.txt": "# earlier\n" }, "Earlier");
    expect((await world.up()).exitCode).toBe(0);
    world.push({ ...good("newest"), "requirements.txt": "# newest\n" }, "Newest");
    expect((await world.up()).exitCode).toBe(0);
    world.configure({ ref: earlier });
    const ran = await world.up();
    expect(ran.exitCode, ran.text).toBe(0);
    expect(ran.text).toContain("a rollback; it takes back");
    expect(ran.trace.filter(({ command }) => command.startsWith("build the environment"))).toEqual([]);
    expect(await world.prober.says()).toBe("earlier");
    await world.judge("rollback by ref", "activation", ran, { serves: "new", tells: /a rollback; it takes back/ });
  });
});

describe("another app's conf", () => {
  it("that is broken is named, and not blamed on ours", async () => {
    await world.on(
      "printf '[program:neighbour]\\ncommand=/bin/x\\nuser=nobody-here\\n' >/etc/supervisor/conf.d/neighbour.conf",
    );
    world.pushNew();
    const ran = await world.up();
    await world.on("rm /etc/supervisor/conf.d/neighbour.conf");
    await world.judge("another app's broken conf", "prove", ran, {
      serves: "old",
      pause: 0,
      tells: /another conf of this host is broken.*neighbour.conf.*/,
    });
  });

  it("that has changes pending is told of and left alone", async () => {
    await world.on("printf '[program:neighbour]\\ncommand=/bin/sleep 1000\\n' >/etc/supervisor/conf.d/neighbour.conf");
    world.pushNew();
    const ran = await world.up();
    const status = await world.on("supervisorctl status neighbour");
    await world.on("rm /etc/supervisor/conf.d/neighbour.conf");
    expect(status).toContain("no such process");
    const tells = /other programs of this host have changes that were left alone: neighbour/;
    await world.judge("another app's pending changes", "update", ran, { serves: "new", tells });
  });
});
