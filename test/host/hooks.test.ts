import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCli } from "../../toolchain/cli";
import { sandbox } from "./places";
import { type Repository, tinyApp, tinyServer } from "./repository";
import { answerOf, connectionTo, on, Stack, tiny } from "./stack";

/** Hooks that are commands of @pulumi/command, with its real plugin where that can be had. */
const stack = new Stack("hooks");
const port = 8161;
let app: Repository;

/** The official CLI downloads the plugin; one that was built here takes it from PATH. */
let isThere = false;
const missing =
  "NOT TRIED: hooks.local and hooks.afterUpdate by the plugin of @pulumi/command, which can't be had here";

const hooks = {
  local: [{ name: "test", command: 'echo "$SUPERVISED_COMMIT" >>local' }],
  afterUpdate: [
    { name: "docs", command: 'echo "$SUPERVISED_COMMIT $GREETING $(command -v python)" >>"$HOME/docs"' },
    { name: "once", command: "id -un", on: "first" },
  ],
};

function configure(more: object): void {
  const host = sandbox.host(1);
  const { knownHosts, ...connection } = connectionTo(host);
  const hosts = { [host.name]: { ...connection, hostKey: host.hostKey } };
  stack.configure({ hosts, apps: { hookapp: tiny(app.url, port, { environment: { GREETING: "it's" }, ...more }) } });
}
const docs = () => on(1, "cat /var/lib/supervised/hookapp/home/docs");
const local = () => readFileSync(join(stack.path, "local"), "utf8").trim().split("\n");

beforeAll(async () => {
  const found = execFileSync("sh", ["-c", "command -v pulumi-resource-command || :"], { encoding: "utf8" });
  isThere = !(await findCli()).fromSource || found !== "";
  if (!isThere) console.warn(`\n  ${missing}\n`);
  app = tinyApp("hookapp");
  configure({});
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
});
afterAll(async () => {
  configure({});
  const destroy = await stack.destroy();
  expect(destroy.exitCode, destroy.text).toBe(0);
});

describe("hooks by @pulumi/command", () => {
  it("run once per commit: on this machine before the update, on the host after it", async ({ skip }) => {
    skip(!isThere, missing);
    const commit = app.push({ "src/app.py": tinyServer("two") }, "Two");
    configure({ hooks });
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(up.text).toContain("hookapp\n");
    expect(local()).toEqual([commit]);
    expect(await docs()).toBe(`${commit} it's /opt/hookapp/venv/bin/python`);
    expect((await stack.up()).exitCode).toBe(0);
    expect(local()).toEqual([commit]);
    const next = app.push({ "src/app.py": tinyServer("three") }, "Three");
    expect((await stack.up()).exitCode).toBe(0);
    expect(local()).toEqual([commit, next]);
  });

  it("on this machine end the update where they fail, before the app is touched", async ({ skip }) => {
    skip(!isThere, missing);
    app.push({ "src/app.py": tinyServer("four") }, "Four");
    configure({ hooks: { local: [{ name: "test", command: "echo no good; exit 3" }] } });
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain("no good");
    expect(await answerOf(1, port)).toContain("three");
  });
});

describe("without the plugin", () => {
  it("an update with hooks says so, and touches nothing", async ({ skip }) => {
    skip(isThere, "the plugin is there");
    app.push({ "src/app.py": tinyServer("two") }, "Two");
    configure({ hooks });
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toMatch(/resource plugin.*command/);
    expect(await answerOf(1, port)).toContain("one");
    expect(existsSync(join(stack.path, "local"))).toBe(false);
  });
});
