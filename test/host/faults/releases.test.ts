import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directory } from "../places";
import type { Config } from "../stack";
import { bad, type Files, good, stubborn } from "./versions";
import { type Fate, World } from "./world";

/** What a release itself can have wrong: the old version goes on, or comes back, and the message says why. */
const world = new World("badapp");

beforeAll(async () => {
  packBroken();
  await world.begin();
});
beforeEach(() => world.ready());
afterAll(() => world.end());

/** A package whose build fails, as one with a missing compiler does. */
function packBroken(): void {
  const place = join(directory, "git", "packages", "broken-1.0");
  mkdirSync(place, { recursive: true });
  writeFileSync(
    join(place, "pyproject.toml"),
    '[build-system]\nrequires = []\nbuild-backend = "b"\nbackend-path = ["."]\n',
  );
  writeFileSync(join(place, "b.py"), 'def build_wheel(*words, **more):\n    raise SystemExit("no compiler here")\n');
  execFileSync("tar", ["-czf", `${place}.tar.gz`, "-C", join(place, ".."), "broken-1.0"]);
}

const conf = (more: string) =>
  `[program:badapp]\ncommand=/opt/badapp/venv/bin/python -u app.py 8000\ndirectory=/opt/badapp/src\nuser=badapp\nstopasgroup=true\nredirect_stderr=true\nstdout_logfile=/var/log/badapp.log\n${more}`;
const withConf = (more: string): Files => ({ ...good("bad"), "server/service.conf": conf(more) });
const ownConf = { program: undefined, conf: "server/service.conf" };

describe("found before the pause", () => {
  const cases: [string, string, Files, Config, RegExp][] = [
    [
      "a missing package",
      "build",
      { ...good("bad"), "requirements.txt": "no-such-package-4711==1\n" },
      {},
      /No matching distribution found.*/,
    ],
    [
      "a package that fails to build",
      "build",
      { ...good("bad"), "requirements.txt": "/srv/git/packages/broken-1.0.tar.gz\n" },
      {},
      /no compiler here/,
    ],
    [
      "packages that don't fit together",
      "build",
      { ...good("bad"), "requirements.txt": "anyio==4.4.0\nsniffio==1.0.0\n" },
      {},
      /Cannot install .*conflicting dependencies.*/,
    ],
    [
      "a bad conf of the settings",
      "prove",
      good("bad"),
      { program: { stdout_logfile: "/no/such/directory/x.log" } },
      /supervisord refuses it: .*/,
    ],
    [
      "a conf with +%Y",
      "preview",
      withConf('environment=WHEN="+%Y"\n'),
      ownConf,
      /a percent sign in environment is written %%/,
    ],
    [
      "a conf with an unknown user",
      "prove",
      withConf("user=nobody-here\n"),
      ownConf,
      /supervisord refuses it: .*nobody-here.*/,
    ],
    [
      "a conf with a missing log directory",
      "prove",
      withConf("stderr_logfile=/no/such/x.log\n"),
      ownConf,
      /supervisord refuses it: .*/,
    ],
    [
      "a conf with 50M",
      "preview",
      withConf("stdout_logfile_maxbytes=50M\n"),
      ownConf,
      /stdout_logfile_maxbytes should be bytes.*/,
    ],
    [
      "an executable that is not there",
      "prove",
      good("bad"),
      { program: { command: "venv/bin/no-such-server 8000" } },
      /the command \S+no-such-server will not be there/,
    ],
    [
      "a directory that is not in the commit",
      "prove",
      good("bad"),
      { program: { directory: "source" } },
      /the directory \S+source will not be there/,
    ],
  ];

  it.each(cases)("%s", async (fault, step, files, settings, tells) => {
    world.push(files, fault);
    world.configure(settings);
    await world.judge(fault, step, await world.up(), { serves: "old", tells, pause: 0 });
  });
});

describe("found by the check", () => {
  const cases: [string, Files, Config, RegExp][] = [
    ["a crash at import", bad.crashAtImport, {}, /badapp is (BACKOFF|FATAL): .*/],
    [
      "a death 2 s after the start",
      bad.diesAfter2s,
      { program: { startsecs: 3, autorestart: true } },
      /badapp is BACKOFF: .*|badapp died .*/,
    ],
    ["a death after startsecs, restarted for ever", bad.diesAfter2s, {}, /it flaps|badapp is (EXITED|BACKOFF).*/],
    [
      "an end with exit code 0",
      bad.exitsCleanly,
      { program: { startsecs: 0, autorestart: false } },
      /badapp is EXITED: it ended by itself with exit code 0/,
    ],
    ["no answer", bad.neverAnswers, {}, /http:\/\/127.0.0.1:8000\/ in 5 s: no answer.*/],
    ["an answer 500", bad.answers500, {}, /in 5 s: it answers 500 instead of 200/],
    ["one that listens too late", bad.listensTooLate, {}, /in 5 s: no answer.*/],
    [
      "a hook that fails",
      good("bad"),
      { hooks: { beforeStart: [{ name: "migrate", command: "echo no database; exit 3" }] } },
      /hook migrate: exit code 3/,
    ],
    [
      "a hook that hangs",
      good("bad"),
      { hooks: { beforeStart: [{ name: "migrate", command: "sleep 60", timeout: 1 }] } },
      /hook migrate: took longer than 1 s and was ended/,
    ],
  ];

  it.each(cases)("%s", async (fault, files, settings, tells) => {
    world.push(files, fault);
    world.configure(settings);
    const ran = await world.up();
    expect(ran.text).toContain("The version before is back.");
    await world.judge(fault, "check", ran, { serves: "old", tells } satisfies Fate);
  });

  it("tells the next preview, and is tried again all the same", async () => {
    const log = "| about to import";
    world.push(bad.crashAtImport, "Crash");
    const first = await world.up();
    expect(first.text).toContain(log);
    const preview = await world.stack.preview();
    expect(preview.text).toMatch(/failed here at \S+ because of check: badapp is .*; up tries it again/);
    const again = await world.up();
    expect(again.text).toContain("it is tried again");
    // The lines of this start only.
    expect(again.text.split(log).length - 1).toBeLessThanOrEqual(4);
    await world.judge("a crash, tried again", "check", again, {
      serves: "old",
      tells: /badapp is (BACKOFF|FATAL): .*/,
    });
  });
});

describe("a version that ignores TERM", () => {
  it("is killed after stopwaitsecs, and the next one serves", async () => {
    world.push(stubborn("stubborn"), "Stubborn");
    world.configure({ program: { stopwaitsecs: 2 } });
    const first = await world.up();
    expect(first.exitCode, first.text).toBe(0);
    world.pushNew();
    world.configure({ program: { stopwaitsecs: 2 } });
    const ran = await world.up();
    await world.judge("TERM ignored", "stop", ran, { serves: "new", tells: /paused \d+ ms/, pause: 6000 });
  });
});
