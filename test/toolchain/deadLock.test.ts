import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { deadLocks } from "../../toolchain/deadLock";

const state = mkdtempSync(join(tmpdir(), "locks-"));
const place = join(state, ".pulumi/locks/organization/supervised/dev");
const since = "2026-01-01T00:00:00Z";
interface Lock {
  pid?: number;
  host?: string;
  text?: string;
}
const dead = spawnSync("true").pid;

describe("the lock of a stack", () => {
  afterEach(() => rmSync(state, { recursive: true }));

  it.each<[string, Lock[], number[]]>([
    ["that nobody has", [], []],
    ["of a run that goes on", [{ pid: process.pid }], []],
    ["of a run that was killed", [{ pid: dead }], [dead]],
    ["of a run on another machine", [{ pid: dead, host: "elsewhere" }], []],
    ["of two, one of which goes on", [{ pid: dead }, { pid: process.pid }], [dead]],
    ["that is half written", [{ text: '{"pid"' }], []],
  ])("%s", (_, locks, pids) => {
    mkdirSync(place, { recursive: true });
    locks.forEach(({ pid, host = hostname(), text }, i) => {
      const whole = JSON.stringify({ pid, hostname: host, username: "x", timestamp: since });
      writeFileSync(join(place, `${i}.json`), text ?? whole);
    });
    expect(deadLocks(state, "supervised", "dev")).toEqual(pids.map((pid) => ({ pid, since })));
  });
});
