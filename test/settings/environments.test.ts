import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { stackSchema } from "../../schema/stackSchema";
import { parseSettings } from "../../settings/parse";
import { misplacedSecrets, readStack, writtenIn } from "../../settings/secrets";

const tables = ["hosts", "apps", "groups", "defaults"] as const;
const given = (config: Record<string, unknown>) =>
  Object.fromEntries(tables.map((name) => [name, config[`supervised:${name}`]])) as never;

describe.each(["staging", "prod.example"])("the environment %s", (name) => {
  const text = readFileSync(join(__dirname, `../../Pulumi.${name}.yaml`), "utf8");
  const stack = readStack(text);

  it("loads, without a warning", () => {
    const { settings, problems } = parseSettings(given(stack.config));
    expect(problems).toEqual([]);
    expect(settings?.warnings).toEqual([]);
  });

  it("is what editors take", () => {
    expect(z.fromJSONSchema(stackSchema() as never).safeParse(stack).error?.issues ?? []).toEqual([]);
  });

  it("loads with the secrets that it says to set, where each may be one", () => {
    const paths = [...text.matchAll(/config set --secret --path (supervised:\w+)\.(\S+) /g)];
    expect(paths.length).toBeGreaterThan(1);
    const config = structuredClone(stack.config);
    for (const [, table, path] of paths) {
      const keys = path!.split(".");
      const block = keys.slice(0, -1).reduce((at, key) => at[key], config[table!]);
      expect(block, path).toBeTypeOf("object");
      block[keys.at(-1)!] = "x";
    }
    expect(parseSettings(given(config)).problems).toEqual([]);
    const encrypted = JSON.stringify({ config }).replaceAll('"x"', '{"secure":"v1:x"}');
    for (const table of tables) expect(misplacedSecrets(writtenIn(encrypted), `supervised:${table}`)).toEqual([]);
  });
});

it("the apps of prod are where their groups are", () => {
  const text = readFileSync(join(__dirname, "../../Pulumi.prod.example.yaml"), "utf8");
  const { shop, worker, hello } = parseSettings(given(readStack(text).config)).settings!.apps;
  expect([shop, worker, hello].map((app) => app!.hosts.join(" "))).toEqual([
    "web1 web2 web3 web4",
    "jobs1",
    "jobs1 web1 web2 web3 web4",
  ]);
  expect([shop, hello].map((app) => app!.protect)).toEqual([true, false]);
  expect(hello!.rollout).toEqual({ canary: 1, batch: "50%", pause: 0, onFailure: "rollBack" });
});
