import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { z } from "zod";
import { optionNames } from "../../conf/program/options";
import { appSchema } from "../../settings/app";
import { hostSchema } from "../../settings/connection";
import { parseSettings } from "../../settings/parse";

const text = readFileSync(join(__dirname, "../../Pulumi.dev.yaml"), "utf8");
const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
const { config } = parse(text);

const keysOf = (schema: { shape: Record<string, unknown> }): string[] => Object.keys(schema.shape);
const inner = (schema: unknown): z.ZodObject => {
  const one = schema as { shape?: unknown; def?: { innerType?: unknown } };
  return one.shape === undefined ? inner(one.def?.innerType) : (schema as z.ZodObject);
};
const { dependencies, health, ...app } = appSchema.shape;
const keys = [
  ...keysOf(hostSchema),
  ...Object.keys({ ...app, dependencies, health }),
  ...keysOf(inner(dependencies)),
  ...keysOf(inner(health)),
];

describe("the reference of the settings", () => {
  it("is a stack that loads", () => {
    expect(parseSettings({ hosts: config["supervised:hosts"], apps: config["supervised:apps"] }).problems).toEqual([]);
  });

  it.each(keys)("has the key %s, set or commented with its default", (key) => {
    expect(text).toMatch(new RegExp(`^\\s*(# )?${key}:`, "m"));
  });
  it.each(optionNames)("has supervisor's option %s", (name) =>
    expect(text).toMatch(new RegExp(`^\\s*(# )?${name}:`, "m")),
  );

  it.each(["groups", "defaults"])("has %s, as a comment", (table) =>
    expect(text).toMatch(new RegExp(`^ {2}# supervised:${table}: \\{`, "m")),
  );

  it("loads with every commented key that has a value of its own, too", () => {
    // What is one of several ways stays out.
    const others =
      /^\s*# (user: root|become|becomePassword|privateKey|agentSocketPath|password|privateKeyPassword|hostKey|proxy|conf|indexUrl|deployKey|token|tokenUser|repositoryHostKey|renamedFrom|text|stderr_logfile|autostart)\b/;
    const uncommented = text
      .split("\n")
      .filter((line) => !others.test(line))
      .map((line) => line.replace(/^(\s+)# (\s*(- )?(supervised:)?\w+:(\s|$))/, "$1$2"))
      // With afterUpdate: the key has to be in the settings.
      .map((line) => line.replace(/knownHosts: .*/, "hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbc"))
      // With socket: the server has to serve that.
      .map((line) => line.replace("--host 0.0.0.0 --port 8000", "--fd 0"))
      .join("\n");
    const all = parse(uncommented).config;
    const given = Object.fromEntries(
      Object.entries(all).map(([key, value]) => [key.replace("supervised:", ""), value]),
    );
    expect(Object.keys(given)).toEqual(["groups", "defaults", "hosts", "apps"]);
    expect(parseSettings(given as never).problems).toEqual([]);
    const { program, hooks, rollout } = all["supervised:apps"].exampleapp;
    expect(Object.keys(program).length).toBeGreaterThan(20);
    expect([hooks.beforeStart.length, hooks.afterUpdate[0].on, hooks.local.length, rollout.canary]).toEqual([
      1,
      "first",
      1,
      1,
    ]);
  });
});

describe("the table in the README", () => {
  it.each([...keys, "supervised:groups", "supervised:defaults"])("has %s", (key) =>
    expect(readme).toContain(`\`${key}\``),
  );
});
