import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, it } from "vitest";
import { sandbox } from "../places";
import { isWhole } from "./report";
import { goesBack } from "./steps";
import { bad, type Files } from "./versions";
import { type Fate, World } from "./world";

/** Processes behind a socket, restarted one by one: what fails takes the others with it neither forth nor back. */
const world = new World("rollapp", {
  host: 7,
  settings: {
    program: {
      command: "venv/bin/python -u app.py fd",
      socket: "tcp://0.0.0.0:8000",
      numprocs: 2,
      process_name: "%(program_name)s_%(process_num)d",
    },
  },
});

beforeAll(() => world.begin());
beforeEach(() => world.ready());
afterAll(() => world.end());

/** Connections that a server had taken as it was ended; on a busy machine it had taken several. */
const race = 2000;
const oneByOne: Fate = { serves: "new", tells: /2 processes restarted one by one, paused 0 ms/, pause: race };

describe("a good version", () => {
  it("takes the place of the old one while that serves", async () => {
    world.pushNew();
    await world.judge("none, one by one", "-", await world.up(), oneByOne);
  });

  it("says before why it stops all processes, where it has to", async () => {
    world.pushNew();
    world.configure({ environment: { CHANGED: "1" } });
    const tells = /all processes of rollapp stop together: its conf changes/;
    await world.judge("none, with another conf", "-", await world.up(), { serves: "new", tells });
  });
});

describe("a bad version is found in the first process, while the other serves", () => {
  const found: [string, Files, string, number?][] = [
    ["a crash at import", bad.crashAtImport, "BACKOFF|EXITED|flaps", race],
    ["a death 2 s after the start", bad.diesAfter2s, "EXITED|BACKOFF|flaps", race],
    ["answers of 500", bad.answers500, "it answers 500 instead of 200"],
    ["no answers", bad.neverAnswers, "no answer \\(timed out\\)"],
  ];
  it.each(found)("%s", async (fault, files, why, pause) => {
    world.push(files, fault);
    const tells = new RegExp(`(?<=failed at restart 1 of 2: .*)(${why})`);
    await world.judge(`${fault}, one by one`, "restart 1 of 2", await world.up(), { serves: "old", tells, pause });
  });
});

describe("a killed activation leaves one process of each version", () => {
  const steps = ["hold", "reset", "restart 1 of 2", "restart 2 of 2", "check"];
  it.each(isWhole ? steps : ["restart 2 of 2"])("at %s", async (step) => {
    world.pushNew();
    await world.fault(`kill:${step}`);
    const fate = step === "check" ? { ...oneByOne, tells: /paused \d+ ms/ } : { ...goesBack, pause: race };
    await world.judge("activation killed, one by one", step, await world.up(), fate);
  });
});

describe("one process of each version ends as one version", () => {
  const steps = isWhole ? ["hold", "restart 1 of 2", "restart 2 of 2"] : ["restart 2 of 2"];

  it.each(steps)("after a boot at %s", async (step) => {
    const ran = await world.meet(step, async () => {
      await sandbox.kill(sandbox.host(world.host));
      await sleep(500);
      await sandbox.up();
    });
    await world.judge("host booted, one by one", step, ran, goesBack);
  });

  it.each(steps)("after supervisord was killed at %s", async (step) => {
    const ran = await world.meet(step, () => world.on("kill -9 $(cat /var/run/supervisord.pid)"));
    const tells = /supervisord does not answer/;
    await world.judge("supervisord killed, one by one", step, ran, { serves: "old", tells });
  });
});
