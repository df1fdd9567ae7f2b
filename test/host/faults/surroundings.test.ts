import { randomBytes } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directory } from "../places";
import { good } from "./versions";
import { World } from "./world";

/** Disks that fill up and servers that go: on a host of its own, whose filesystems for this app are small. */
const world = new World("fullapp", { host: 2, settings: { path: "/opt/full/fullapp" } });

beforeAll(() => world.begin());
beforeEach(() => world.ready());
afterAll(() => world.end());

/** Leaves so many KiB on the filesystem of the checkout, or of the environments. */
const fill = (place: string, kib: number) =>
  world.on(
    `free=$(df --output=avail -k ${place} | tail -n 1); fallocate -l $((free - ${kib}))K ${place}/filler && df -k ${place} >&2; :`,
  );
const empty = () => world.on(`rm -f /opt/full/filler ${world.state}/filler`);
const large = { "large.bin": randomBytes(8 << 20).toString("base64") };

describe("a disk that is full", () => {
  it("at the fetch", async () => {
    world.push({ ...good("new"), ...large }, "Large");
    await fill("/opt/full", 1024);
    const ran = await world.up();
    await empty();
    await world.judge("disk full", "fetch", ran, {
      serves: "old",
      tells: /No space left on device|unable to write.*/,
      pause: 0,
    });
  });

  it("while the environment is built", async () => {
    world.push({ ...good("new"), "requirements.txt": "# another one\n" }, "Another environment");
    await fill(world.state, 4096);
    const ran = await world.up();
    await empty();
    await world.judge("disk full", "build", ran, { serves: "old", tells: /No space left on device/, pause: 0 });
  });

  it("before the activation is known before anything is stopped", async () => {
    world.pushNew();
    await fill("/opt/full", 600);
    const ran = await world.up();
    await empty();
    await world.judge("disk nearly full", "prove", ran, {
      serves: "old",
      tells: /less than \d+ MiB free at \S+/,
      pause: 0,
    });
  });

  it.each(["reset", "venv", "conf"])("in the activation, at %s", async (step) => {
    world.push({ ...good("new"), "large.txt": "x".repeat(1 << 20) }, "New");
    await world.fault(`hang:${step}`);
    const running = world.up();
    await world.reached(running);
    await fill("/opt/full", 0);
    if (step !== "reset") await fill(world.state, 0);
    await world.letGo();
    const ran = await running;
    await empty();
    const tells = /The version before is back\.|paused \d+ ms/;
    // What needs no space any more may go on: the files of the later steps are on the disk before the pause.
    const serves = ran.exitCode === 0 ? "new" : "old";
    await world.judge("disk full", step, ran, { serves, tells });
  });
});

describe("a repository", () => {
  it("that can't be reached", async () => {
    const bare = join(directory, "git", "fullapp.git");
    world.pushNew();
    renameSync(bare, `${bare}.gone`);
    const ran = await world.up();
    renameSync(`${bare}.gone`, bare);
    await world.judge("git server gone", "resolve", ran, { serves: "old", tells: /can't fetch \S+.*/, pause: 0 });
  });

  it("that has lost the ref", async () => {
    world.configure({ ref: "no-such-branch" });
    const ran = await world.up();
    await world.judge("ref gone", "resolve", ran, {
      serves: "old",
      tells: /ref no-such-branch is no branch, tag or commit.*/,
      pause: 0,
    });
  });

  it("whose branch was rewritten", async () => {
    world.repository.git("reset", "-q", "--hard", "HEAD~1");
    world.pushNew();
    const ran = await world.up();
    expect(ran.text).toContain("the branch was rewritten");
    await world.judge("branch force-pushed", "fetch", ran, { serves: "new", tells: /paused \d+ ms/ });
  });
});
