import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { areDead, describeLocks, locksIn } from "../../toolchain/locks";
import { directory } from "./places";
import { type Database, postgresOn } from "./postgres";
import { type Repository, tinyApp, tinyServer } from "./repository";
import { answerOf, on, type Ran, Stack, tiny, writes } from "./stack";

/** Two machines, with homes and clones of their own, that share a stack whose state is in PostgreSQL. */
const port = 8121;
const secret = "s3cret of the team";
let database: Database;
let app: Repository;
let [ann, ben]: Stack[] = [];
/** The first deployment, by ann. */
let first: Ran;
/** Both install much, and run the CLI often. */
const minutes = (count: number): number => count * 60_000;

function machine(name: string): Stack {
  const home = join(directory, "projects", `${name}-home`);
  mkdirSync(home, { recursive: true });
  const environment = {
    HOME: home,
    PULUMI_HOME: join(home, ".pulumi"),
    PULUMI_BACKEND_URL: database.url,
    PGPASSWORD: database.password,
    PULUMI_CONFIG_PASSPHRASE: "of the team",
  };
  return new Stack("shared", { clone: `shared-${name}`, machine: environment });
}

/** As by git: the settings are the same in both clones. */
const pull = () => copyFileSync(join(ann!.path, "Pulumi.test.yaml"), join(ben!.path, "Pulumi.test.yaml"));

const configure = (hooks: object[] = []) =>
  ann!.configure({ apps: { sharedapp: tiny(app.url, port, { hooks: { beforeStart: hooks } }) } });
/** Holds an update open until a file is there. */
const held = { name: "hold", command: "touch /tmp/held; while ! test -e /tmp/go; do sleep 0.1; done", timeout: 120 };

async function until(line: string): Promise<void> {
  for (let i = 0; i < 600; i++, await sleep(100)) if ((await on(1, `${line} && echo yes`)) === "yes") return;
  throw new Error(`never: ${line}`);
}

beforeAll(async () => {
  app = tinyApp("sharedapp");
  database = await postgresOn(3);
  [ann, ben] = [machine("ann"), machine("ben")];
  expect((await ann.pulumi("stack", "init")).exitCode).toBe(0);
  configure();
  await ann.pulumi("config", "set", "--secret", "--path", "supervised:apps.sharedapp.environment.TOKEN", "--", secret);
  pull();
  first = await ann.up();
}, minutes(10));
afterAll(async () => {
  await on(1, "touch /tmp/go");
  const destroy = await ben!.destroy();
  expect(destroy.exitCode, destroy.text).toBe(0);
});

describe("a stack in PostgreSQL", { timeout: minutes(8) }, () => {
  it("is seen by the other machine as the first one left it, and its secrets are encrypted there", async () => {
    expect(first.exitCode, first.text).toBe(0);
    expect(await answerOf(1, port)).toContain("one");
    const preview = await ben!.preview("--expect-no-changes");
    expect(preview.exitCode, preview.text).toBe(0);
    const again = await ben!.up();
    expect(again.exitCode, again.text).toBe(0);
    expect(writes(again)).toEqual([]);
    expect(await database.ask("select count(*) > 0 from pulumi_state where key like '%/shared/test.json'")).toBe("t");
    const states = "select convert_from(decode(data->>'data', 'base64'), 'UTF8') from pulumi_state";
    const state = await database.ask(states);
    expect(state).toContain("sharedapp");
    expect(state + first.text + preview.text).not.toContain(secret);
    expect(state + first.text + preview.text).not.toContain(database.password);
  });

  it("is updated by the other machine, and the first one sees that", async () => {
    app.push({ "src/app.py": tinyServer("two") }, "Two");
    const up = await ben!.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(1, port)).toContain("two");
    expect((await ann!.preview("--expect-no-changes")).exitCode).toBe(0);
  });

  it("is locked while a machine updates it: the other is told by whom, until a killed run's lock is cancelled", async () => {
    app.push({ "src/app.py": tinyServer("three") }, "Three");
    await on(1, "rm -f /tmp/held /tmp/go");
    configure([held]);
    pull();
    let cli = 0;
    const killed = ann!.run(["up", "--yes", "--skip-preview"], {
      onStart: (pid) => {
        cli = pid;
      },
    });
    await until("test -e /tmp/held");
    const refused = await ben!.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.text).not.toContain(database.password);
    const locks = locksIn(refused.text);
    expect(locks.map(({ pid }) => pid)).toEqual([cli]);
    expect(areDead(locks)).toBe(false);
    expect(describeLocks(locks, "pulumi cancel")).toContain("goes on here");

    process.kill(cli, "SIGKILL");
    await killed;
    const stale = await ben!.up();
    expect(stale.exitCode).not.toBe(0);
    expect(areDead(locksIn(stale.text)), stale.text).toBe(true);
    expect((await ben!.pulumi("cancel", "--yes")).exitCode).toBe(0);
    await on(1, "touch /tmp/go");
    const up = await ben!.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(1, port)).toContain("three");
    expect((await ann!.preview("--expect-no-changes")).exitCode).toBe(0);
  });
});
