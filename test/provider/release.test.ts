import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, it } from "vitest";
import type { Found } from "../../provider/commands/found";
import type { Outcome } from "../../provider/commands/release";
import { type Command, type Host, type Reader, type Result, render } from "../../provider/commands/shell";
import { type ReleaseInputs, release } from "../../provider/release";
import type { Context } from "../../provider/resource";

const conf =
  "[program:shop]\ncommand=x\nstartsecs=2\nstdout_logfile=/var/log/shop.log\nenvironment=K=${secret:environment.K}\n";
const inputs = (more: Partial<ReleaseInputs> = {}): ReleaseInputs => ({
  connection: { host: "192.0.2.1" },
  app: "shop",
  path: "/opt/shop",
  commit: "b".repeat(40),
  venv: "/v/1",
  conf,
  confSecrets: { "environment.K": '"hunter2"' },
  confPath: "/etc/supervisor/conf.d/shop.conf",
  alias: "alias\n",
  command: "command\n",
  start: true,
  hooks: [],
  hookEnvironment: {},
  overwriteLocalChanges: false,
  rollout: { pause: 0, onFailure: "stop" },
  health: { url: "http://127.0.0.1:8000/", status: 200, timeout: 30 },
  waitForLock: 60,
  update: {
    cache: "/c.git",
    repository: "r",
    ref: "master",
    dependencies: { python: "python3", extras: [], groups: [], managedPython: false },
    venvs: "/v",
    user: "shop",
    home: "/h",
    keep: 5,
  },
  ...more,
});
const asDesired: Found = {
  commit: "b".repeat(40),
  changed: [],
  venv: "/v/1",
  conf: conf.replace("${secret:environment.K}", '"hunter2"'),
  alias: "alias\n",
  command: "command\n",
  states: ["RUNNING"],
  health: "ok",
  owner: { stack: "supervised/dev", id: "id1" },
  open: null,
};

describe("a host without Python", () => {
  /** Runs what is plain shell here; the other looks end as they do there. */
  const reader: Reader = {
    name: "web1",
    read: async ({ command, parse }) => {
      if (command.joint !== undefined) return parse({ exitCode: 127, stdout: "", stderr: "python3: not found" });
      const { status, stdout, stderr } = spawnSync("sh", ["-c", render(command)], { encoding: "utf8" });
      return parse({ exitCode: status!, stdout, stderr });
    },
  };

  it("has no release where nothing of it is there, as one that was set up anew", async () =>
    expect(await release.read(reader, inputs({ app: "no-such-app", confPath: "/no/such.conf" }))).toBeUndefined());

  it("is told where there is a release", async () =>
    expect(release.read(reader, inputs({ confPath: __filename }))).rejects.toThrow(
      "web1: no python3 is left to look at shop with: install it there",
    ));
});

describe("what is found on a host", () => {
  it("as desired shows no difference", () => expect(release.observed(inputs(), asDesired)).toEqual(inputs()));

  it.each<[string, Partial<Found>, Partial<ReleaseInputs>]>([
    ["another commit", { commit: "a".repeat(40) }, { commit: "a".repeat(40) }],
    [
      "files changed by hand",
      { changed: ["src/app.py"] },
      { commit: `${"b".repeat(40)} (changed by hand: src/app.py)` },
    ],
    ["nothing checked out", { commit: null }, { commit: "nothing checked out" }],
    ["an update that died", { open: "x" }, { commit: `${"b".repeat(40)} (an update died here)` }],
    ["another environment", { venv: "/v/2" }, { venv: "/v/2" }],
    ["no conf", { conf: null }, { conf: "missing\n" }],
    ["another alias", { alias: "other\n" }, { alias: "other\n" }],
    ["a stopped program", { states: ["STOPPED"], health: null }, { start: false }],
    ["one of two processes", { states: ["FATAL", "RUNNING"], health: null }, { start: false }],
    ["no program", { states: [], health: null }, { start: false }],
    ["a supervisord that is down", { states: null, health: null }, { start: false }],
    [
      "an app that is not well",
      { health: "it answers 500" },
      { health: { url: "http://127.0.0.1:8000/: it answers 500", status: 200, timeout: 30 } },
    ],
  ])("%s is drift", (_, found, seen) => {
    expect(release.observed(inputs(), { ...asDesired, ...found })).toEqual(inputs(seen));
  });

  const environmentFile = "MODE='fast'\nKEY=${secret:environment.KEY}\n";
  const inFile = inputs({
    environmentFile,
    environmentSecrets: { "environment.KEY": "'hunter2'" },
    environmentOwner: "shop",
  });
  it.each<[string, string | null, RegExp | string]>([
    ["as desired", "MODE='fast'\nKEY='hunter2'\n", environmentFile],
    ["missing", null, "missing\n"],
    ["changed", "MODE='fast'\nKEY='hunter3'\n", /^KEY=\[secret, changed by hand\]$/m],
  ])("an environment in a file that is %s", (_, environment, seen) => {
    const text = release.observed(inFile, { ...asDesired, environment }).environmentFile!;
    if (typeof seen === "string") expect(text).toBe(seen);
    else expect(text).toMatch(seen);
    expect(text).not.toMatch(/hunter/);
  });

  const shared = { path: "/s", user: "shop", directories: ["a", "b"], files: ["c"], required: ["c"], delete: false };
  it("without a link of what is shared is drift", () => {
    const seen = release.observed(inputs({ shared }), { ...asDesired, shared: { a: "linked", b: "new", c: "absent" } });
    expect(seen.shared).toEqual({ ...shared, directories: ["a"], files: [] });
  });
  it("in the way of what is shared is told in a preview", async () => {
    const told: string[] = [];
    const found = { ...asDesired, shared: { a: "adopt", b: "both", c: "absent" } };
    const reader = { name: "web1", read: async () => found as never };
    await release.preview!(reader, inputs({ shared }), { log: async (line: string) => void told.push(line) } as never);
    expect(told).toEqual([
      "web1: shop: up moves /opt/shop/a to /s/a, and leaves a link",
      "web1: shop: there is /opt/shop/b and /s/b, up refuses to choose",
      "web1: shop: /s/c is not there, up refuses without it",
    ]);
  });

  it("running where it should be stopped is drift", () => {
    expect(release.observed(inputs({ start: false }), asDesired).start).toBe(true);
    expect(release.observed(inputs({ start: false }), { ...asDesired, states: ["STOPPED"] }).start).toBe(false);
  });
  it("never shows a secret", () => {
    const seen = release.observed(inputs(), {
      ...asDesired,
      conf: asDesired.conf!.replace("startsecs=2", "startsecs=1"),
    });
    expect(seen.conf).toContain("startsecs=1");
    expect(seen.conf).not.toContain("hunter2");
  });
  it("somebody else's alias is not ours to see", () => {
    expect(release.observed(inputs({ alias: undefined, command: undefined }), asDesired)).toMatchObject({
      alias: undefined,
    });
  });
});

describe("an activation", () => {
  let found: Found;
  let ran: Command[];
  let said: string[];
  let answers: (Partial<Result> | Error)[];
  const context = (): Context => ({
    urn: "urn:pulumi:dev::supervised::host:index:Release::shop",
    name: "shop",
    id: "id1",
    preview: false,
    signal: new AbortController().signal,
    log: async (line) => void said.push(line),
    status: async () => {},
  });
  const host: Host = {
    name: "web1",
    read: async () => found as never,
    run: async (command, options) => {
      ran.push(command);
      const answer = answers.shift() ?? {};
      for (const line of "stdout" in answer ? (answer.stdout ?? "").split("\n") : []) options?.onLine?.(line);
      if (answer instanceof Error) throw answer;
      return { exitCode: 0, stdout: "", stderr: "", ...answer };
    },
  };
  const result = (outcome: Outcome) => ({ stdout: `{"step": "check"}\n${JSON.stringify({ result: outcome })}` });
  const apply = (desired = inputs(), old: ReleaseInputs | undefined = inputs()) =>
    release.apply!(host, desired, old as never, context());
  const sent = () => JSON.parse((ran[0]!.stdin as { reveal(): string }).reveal());

  beforeEach(() => {
    found = { ...asDesired, commit: "a".repeat(40) };
    ran = [];
    said = [];
    answers = [];
  });

  it("is not needed where everything is as desired", async () => {
    found = asDesired;
    await apply();
    expect(ran).toEqual([]);
  });

  it("is not needed for what only the next update goes by; that is noted", async () => {
    found = asDesired;
    await apply(inputs({ update: { ...inputs().update, ref: "main" } }));
    expect(ran.map(({ what }) => what)).toEqual(["note settings of shop"]);
    expect(sent()).toMatchObject({ words: ["note", "shop"], asked: { job: { source: { ref: "main" } } } });
  });

  it("is told everything by standard input, and what it needs to know of the program", async () => {
    answers = [result({ outcome: "done", pause: 330, before: "a".repeat(40) })];
    await apply();
    expect(JSON.stringify(ran[0]!.words)).not.toContain("hunter2");
    expect(sent().job).toMatchObject({
      app: "shop",
      group: "shop",
      conf: asDesired.conf,
      conf_mode: 0o600,
      startsecs: 2,
      stopwaitsecs: 10,
      hooks: [],
      overwrite_local_changes: false,
      owner: { stack: "supervised/dev", id: "id1" },
      previous: null,
    });
    expect(said).toEqual(["shop: aaaaaaa → bbbbbbb on web1, paused 330 ms"]);
  });

  it("takes the place of another name", async () => {
    answers = [result({ outcome: "done", pause: 1 })];
    await apply(inputs(), inputs({ app: "old", path: "/opt/old", confPath: "/etc/supervisor/conf.d/old.conf" }));
    expect(sent().job.previous).toEqual({
      app: "old",
      group: "old",
      environment_path: null,
      shared_path: null,
      conf_path: "/etc/supervisor/conf.d/old.conf",
      alias_path: "/etc/profile.d/old.sh",
      command_path: "/usr/local/bin/old",
      venv_link: "/opt/old/venv",
    });
  });

  it("of an app that another stack has is refused", async () => {
    found.owner = { stack: "supervised/prod", id: "x" };
    await expect(apply()).rejects.toThrow("web1: shop belongs to the stack supervised/prod there");
    expect(ran).toEqual([]);
  });

  it.each<[string, Outcome, string]>([
    [
      "rolled back",
      { outcome: "rolled-back", step: "check", cause: "shop is FATAL", log: ["boom"], before: "a" },
      "web1: shop: the update to bbbbbbb failed at check: shop is FATAL\nlast lines of its log:\n  | boom\nThe version before is back.",
    ],
    [
      "rolled back to nothing",
      { outcome: "rolled-back", step: "check", cause: "c", before: null },
      "web1: shop: the update to bbbbbbb failed at check: c\nIt was the first release: the host is as it was before.",
    ],
    [
      "rolled back to what is not well",
      { outcome: "rolled-back", step: "check", cause: "c", before: "a", unhealthy: "it answers 500" },
      "web1: shop: the update to bbbbbbb failed at check: c\nThe version before is in place but not healthy: it answers 500",
    ],
    [
      "refused",
      { outcome: "refused", step: "prove", cause: "no space" },
      "web1: shop: the update to bbbbbbb was refused at prove: no space\nNothing was touched.",
    ],
    [
      "stuck",
      { outcome: "stuck", step: "reset", cause: "c", missing: ["working tree: disk full"] },
      "web1: shop: the update to bbbbbbb failed at reset: c\nIt could not be rolled back: working tree: disk full. The next run tries again.",
    ],
  ])("that was %s says so", async (_, outcome, message) => {
    answers = [result(outcome)];
    await expect(apply()).rejects.toMatchObject({ message });
  });

  it("that finds another one going on is told by whom", async () => {
    answers = [{ exitCode: 75, stderr: "another update of shop is going on: anna@laptop since 2026" }];
    await expect(apply()).rejects.toThrow("web1: another update of shop is going on: anna@laptop since 2026");
  });

  it("whose connection is cut is followed, and never started twice", async () => {
    answers = [
      new Error("the connection was lost"),
      new Error("still away"),
      result({ outcome: "done", pause: 5, before: "a" }),
    ];
    await apply();
    expect(ran.map(({ what }) => what)).toEqual([
      "activate shop bbbbbbb",
      "follow the activation of shop",
      "follow the activation of shop",
    ]);
    expect(said).toEqual(["shop: aaaaaaa → bbbbbbb on web1, paused 5 ms"]);
  });

  it("that never began is the first error, not a success", async () => {
    answers = [new Error("no space for the programs"), { exitCode: 3 }];
    await expect(apply()).rejects.toThrow("no space for the programs");
  });
});

describe("an id", () => {
  it("is never given twice: a replaced release must not take away its successor", () => {
    expect(release.id(inputs())).not.toBe(release.id(inputs()));
  });
});
