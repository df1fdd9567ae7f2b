import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { areDead, describeLocks, type Lock, locksIn } from "../../toolchain/locks";

const since = "2026-01-01T00:00:00+01:00";
const dead = spawnSync("true").pid;
const lock = (pid: number, machine = hostname()): Lock => ({ user: "ann", machine, pid, since });

/** As the CLI words it. */
const refusal = (url: string, locks: readonly Lock[]) =>
  [
    `error: the stack is currently locked by ${locks.length} lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.`,
    ...locks.map(
      ({ user, machine, pid }) =>
        `  ${url}/.pulumi/locks/organization/supervised/dev/8d2a.json: created by ${user}@${machine} (pid ${pid}) at ${since}`,
    ),
    "",
  ].join("\n");

const cases: [string, Lock[], boolean, RegExp][] = [
  ["a run that goes on here", [lock(process.pid)], false, /goes on here .*wait for its end/],
  ["a run that was killed here", [lock(dead)], true, /killed \(process \d+ of ann@.*`pulumi cancel` lets go/],
  ["a run on another machine, whatever its number", [lock(dead, "desk")], false, /Ask ann on desk whether/],
  ["two, one of which goes on", [lock(dead), lock(process.pid)], false, /wait for its end/],
  ["two, one of which is elsewhere", [lock(dead), lock(dead, "desk")], false, /Ask ann on desk whether/],
];

describe("a stack that is locked by", () => {
  it.each(cases)("%s", (_, locks, isDead, told) => {
    for (const url of ["file:///state", "postgres://****:****@db:5432/state?sslmode=disable", "s3://bucket?region=x"])
      expect(locksIn(refusal(url, locks))).toEqual(locks);
    expect(areDead(locks)).toBe(isDead);
    expect(describeLocks(locks, "pulumi cancel")).toMatch(told);
  });

  it("nobody: other failures name no lock", () => {
    expect(locksIn("error: file x: created by ann@desk (pid 1) at noon\n")).toEqual([]);
    expect(areDead([])).toBe(false);
  });
});
