import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  encodeFileValue,
  observedEnvironmentFile,
  renderEnvironmentFile,
  withEnvironmentFile,
  wrapperWords,
} from "../../conf/environmentFile";
import { splitWords } from "../../conf/program/words";
import { renderProgram } from "../../conf/program/write";
import { fill } from "../../conf/template";
import { nasty } from "./nasty";

const top = mkdtempSync(join(tmpdir(), "environment-"));
afterAll(() => rmSync(top, { recursive: true }));

/** What a program has that is started by the command. */
function started(text: string, shell = "/bin/sh"): Record<string, string> {
  writeFileSync(join(top, "environment"), text);
  const [, ...words] = splitWords(withEnvironmentFile("/usr/bin/env -0", join(top, "environment")))!;
  const out = execFileSync(shell, words, { env: {}, encoding: "utf8" });
  const entries = out.split("\0").filter(Boolean);
  return Object.fromEntries(entries.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
}

describe("an environment in a file", () => {
  it.each(["/bin/sh", "/bin/bash"])("reaches a program exactly, by %s", (shell) => {
    expect(started(renderEnvironmentFile(nasty), shell)).toMatchObject(nasty);
  });

  it("reaches it exactly, whatever it is", () => {
    const text = fc.string({ unit: fc.constantFrom(..."a'\"\\$`%#; \n\t!{}()é🦊="), maxLength: 12 });
    const one = (value: string) => {
      expect(started(renderEnvironmentFile({ X: value })).X).toBe(value);
    };
    fc.assert(fc.property(text, one), { numRuns: Number(process.env.SUPERVISED_CASES ?? 200) });
  });

  it.each([
    ["plain", "'plain'"],
    [`say "x" for $5`, `'say "x" for $5'`],
    ["it's $5", `"it's \\$5"`],
    ["a\\b", `"a\\\\b"`],
  ])("writes %j as readers of .env files have it", (value, written) => expect(encodeFileValue(value)).toBe(written));

  it.each([
    ["a\0b", "NUL"],
    ["\ud800", "no Unicode"],
  ])("refuses %j without showing it", (value, why) => {
    expect(() => encodeFileValue(value, "KEY")).toThrow(new RegExp(`^environment.KEY: has .*${why}`));
  });

  it("has placeholders for secrets, and its names in order", () => {
    expect(renderEnvironmentFile({ B: "1", A: "2" }, ["AB"])).toBe(
      "# Made by supervised from the stack config: edit it there.\nA='2'\nAB=${secret:environment.AB}\nB='1'\n",
    );
  });
});

describe("what is found of it on a host", () => {
  const template = renderEnvironmentFile({ MODE: "fast", LINES: "a\nb" }, ["TOKEN"]);
  const secrets = { "environment.TOKEN": encodeFileValue("x\nhunter2'") };
  const text = fill(template, secrets);
  const seen = (found: string) => observedEnvironmentFile(found, template, secrets);

  it("as desired is the template", () => expect(seen(text)).toBe(template));
  it.each<[string, string, RegExp]>([
    ["another plain value", text.replace("'fast'", "'slow-4711'"), /^MODE=\[changed by hand\]$/m],
    ["another secret", text.replace(/TOKEN="[^"]*"/, "TOKEN='4711\n4712'"), /^TOKEN=\[secret, changed by hand\]$/m],
    ["one more", `${text}MORE=4711\n`, /^MORE=\[changed by hand\]$/m],
    ["one less", text.replace("MODE='fast'\n", ""), /^LINES='a\nb'$/m],
    ["what is no file of ours", "4711\n", /can't be read/],
    ["only another order", text.split("\n").reverse().join("\n"), /changed by hand|TOKEN/],
    ["a comment more", `${text}# [root's, mode 644]\n`, /^\[changed by hand\]$/m],
  ])("%s is a difference, and shows no value", (_, found, expected) => {
    expect(seen(found)).toMatch(expected);
    expect(seen(found)).not.toBe(template);
    expect(seen(found)).not.toMatch(/hunter2|471/);
  });
});

describe("a conf whose environment is in a file", () => {
  const program = {
    name: "shop",
    options: { command: "venv/bin/python -u 'a b.py'" },
    checkout: "/opt/shop",
    user: "shop",
    log: "/l",
    start: true,
    account: { HOME: "/h", USER: "shop" },
    environment: { MODE: `it's "so"`, USER: "other" },
    secretNames: ["TOKEN"],
  };
  it("has the account in it, and the command behind a shell", () => {
    const text = renderProgram({ ...program, environmentFile: "/e" } as never);
    expect(text).toContain('environment=HOME="/h",USER="shop"\n');
    expect(text).not.toMatch(/MODE|TOKEN/);
    const command = /^command=(.*)$/m.exec(text)![1]!;
    const behind = ["/e", "/opt/shop/venv/bin/python", "-u", "a b.py"];
    expect(splitWords(command)).toEqual([...wrapperWords, ...behind]);
  });
  it("else has both, and the settings win", () => {
    const text = renderProgram({ ...program, environment: { USER: "other" } } as never);
    expect(text).toContain('environment=HOME="/h",TOKEN=${secret:environment.TOKEN},USER="other"\n');
  });
});
