import { execFileSync } from "node:child_process";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { command, quote, raw, render, Secret, script } from "../../provider/commands/shell";

describe("quoting", () => {
  it.each([
    ["plain", "plain"],
    ["a/b.c-d_e=f:g,h@i+j%k", "a/b.c-d_e=f:g,h@i+j%k"],
    ["", "''"],
    ["a b", "'a b'"],
    ["it's", `'it'\\''s'`],
    ["$HOME", "'$HOME'"],
    ["a\nb", "'a\nb'"],
    ["~", "'~'"],
    ["*", "'*'"],
  ])("%j → %s", (word, quoted) => {
    expect(quote(word)).toBe(quoted);
    // The oracle: a real shell gives the word back.
    expect(execFileSync("sh", ["-c", `printf %s ${quote(word)}`], { encoding: "utf8" })).toBe(word);
  });

  it("leaves a piece that is asked for by name", () => expect(quote(raw('"$commit"'))).toBe('"$commit"'));
});

describe("a command as one line", () => {
  it.each([
    [command("git", "log", "-1 x"), "git log '-1 x'"],
    [{ words: ["ls"], cwd: "/opt/my app" }, "cd '/opt/my app' && ls"],
    [{ words: ["ls"], env: { A: "1 2" } }, "env A='1 2' ls"],
    [{ words: ["ls"], user: "shop", env: { A: "1" } }, "runuser -u shop -- env A=1 ls"],
    [script('echo "$1"', "it's"), `sh -c 'echo "$1"' sh 'it'\\''s'`],
  ])("%j", (value, line) => expect(render(value)).toBe(line));
});

describe("a secret", () => {
  const secret = new Secret("hunter2");
  it("prints as [secret] wherever it is turned into text", () => {
    expect([`${secret}`, JSON.stringify({ secret }), inspect(secret), inspect({ secret })].join()).not.toContain(
      "hunter2",
    );
    expect(`${secret}`).toBe("[secret]");
  });
  it("has its value for what is written to a host", () => expect(secret.reveal()).toBe("hunter2"));
});
