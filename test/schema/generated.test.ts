import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { optionNames, optionText } from "../../conf/program/options";
import { generated } from "../../schema/generated";
import { stackSchema } from "../../schema/stackSchema";

const root = join(__dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const dev = () => parse(read("Pulumi.dev.yaml"), { merge: true });

describe("what is generated from the settings' schemas", () => {
  it.each(Object.entries(generated()))("%s is not stale (else: npm run schema)", (path, text) =>
    expect(read(path)).toBe(text),
  );

  it.each(optionNames)("has a text with the default of %s", (name) => {
    expect(optionText(name)).toMatch(/\bDefault\b|\bRequired\b/);
    expect(read("docs/supervisor-options.md")).toContain(
      `| \`${name}\` | ${optionText(name).replaceAll("|", "\\|")} |`,
    );
  });
});

describe("the JSON Schema of a stack", () => {
  const schema = z.fromJSONSchema(stackSchema() as never);
  const change = (edit: (config: Record<string, Record<string, Record<string, unknown>>>) => void) => {
    const stack = dev();
    edit(stack.config);
    return schema.safeParse(stack).success;
  };
  const app = "supervised:apps";

  it("takes the reference of the settings", () => expect(schema.safeParse(dev()).error?.issues ?? []).toEqual([]));

  it.each<[string, (app: Record<string, unknown>) => void, boolean]>([
    ["a secret in the environment", (one) => Object.assign(one, { environment: { A: { secure: "v1:x" } } }), true],
    ["a secret deploy key", (one) => Object.assign(one, { deployKey: { secure: "v1:x" } }), true],
    ["a secret token", (one) => Object.assign(one, { token: { secure: "v1:x" } }), true],
    ["a secret for another key", (one) => Object.assign(one, { ref: { secure: "v1:x" } }), false],
    ["a typo", (one) => Object.assign(one, { hots: ["web1"] }), false],
    ["an option's type", (one) => Object.assign(one, { program: { command: "x", startsecs: "1" } }), false],
    ["an option of supervisor", (one) => Object.assign(one, { program: { command: "x", startsecs: 1 } }), true],
    ["no repository", (one) => delete one.repository, false],
  ])("%s", (_, edit, allowed) => expect(change((config) => edit(config[app]!.exampleapp!))).toBe(allowed));

  it.each<[string, object, boolean]>([
    ["a repository for every app", { app: { repository: "/srv/git/a.git" } }, true],
    ["a part of the health check", { app: { repository: "/srv/git/a.git", health: { timeout: 5 } } }, true],
    ["a secret of every app", { app: { environment: { A: { secure: "v1:x" } } } }, true],
    ["a typo", { app: { repo: "/srv/git/a.git" } }, false],
    ["an address for every host", { host: { host: "192.0.2.1" } }, false],
    ["apps in place of app", { apps: {} }, false],
  ])("with %s in the defaults", (_, defaults, allowed) => {
    const edit = (config: Record<string, object>) => {
      delete (config[app] as { exampleapp: { repository?: string } }).exampleapp.repository;
      config["supervised:defaults"] = defaults;
    };
    expect(change(edit as never)).toBe(allowed);
  });

  it("takes groups, and a null that takes a default away", () => {
    const groups = (members: unknown) =>
      change((config) => {
        Object.assign(config, { "supervised:groups": { web: members }, "supervised:defaults": {} });
        Object.assign(config[app]!.exampleapp!, { hosts: ["web"], health: null, alias: null });
      });
    expect([groups(["web1"]), groups("web1"), groups([])]).toEqual([true, false, false]);
  });

  it("takes a secret password of a host, and of its proxy", () => {
    const secret = { password: { secure: "v1:x" }, becomePassword: { secure: "v1:x" } };
    const proxy = { host: "bastion", hostKey: "ssh-ed25519 AAAA", password: secret.password };
    expect(change((config) => Object.assign(config["supervised:hosts"]!.web1!, secret, { proxy }))).toBe(true);
  });
});
