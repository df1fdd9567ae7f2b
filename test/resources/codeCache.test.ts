import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = join(__dirname, "..", "..");
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "code-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const put = (text: string) => writeFileSync(join(directory, "part.js"), text);
/** What the module gives in a process of its own. */
function ask(cache = join(directory, "cache")): string {
  const program = `
    const write = require("./resources/codeCache.cjs").keepCode("test", ${JSON.stringify(cache)});
    console.log(require(${JSON.stringify(join(directory, "part.js"))}).answer());
    write();`;
  return execFileSync(process.execPath, ["-e", program], { cwd: root, encoding: "utf8" }).trim();
}

describe("compiled code", () => {
  it("is kept from process to process", () => {
    put("exports.answer = () => 1;");
    expect([ask(), ask()]).toEqual(["1", "1"]);
    const files = readdirSync(join(directory, "cache"));
    expect(files).toHaveLength(1);
    if ("enableCompileCache" in Module) return; // Node's own
    // One that was taken as it is would not be written again.
    const written = () => statSync(join(directory, "cache", files[0]!)).mtimeMs;
    const before = written();
    ask();
    expect(written()).toBe(before);
    put("exports.answer = () => 2;");
    ask();
    expect(written()).not.toBe(before);
  });

  it("is never that of another text, not even of one as long", () => {
    put("exports.answer = () => 1;");
    ask();
    put("exports.answer = () => 2;");
    expect(ask()).toBe("2");
  });

  it("is nothing where it can't be read or written", () => {
    put("exports.answer = () => 1;");
    ask();
    for (const name of readdirSync(join(directory, "cache")))
      if (statSync(join(directory, "cache", name)).isFile()) writeFileSync(join(directory, "cache", name), "odd");
    expect(ask()).toBe("1");
    expect(ask(join(directory, "part.js", "cache"))).toBe("1");
  });

  it("gives modules what Node gives them", () => {
    put(`exports.answer = () => [typeof require.resolve("node:fs"), require.extensions[".js"] !== undefined,
      require.cache[__filename] === module, __dirname === require("node:path").dirname(__filename), this === undefined].join();
      exports.self = this === exports;`);
    expect(ask()).toBe("string,true,true,true,false");
    put(`#!/usr/bin/env node
      exports.answer = () => "a script";`);
    expect(ask()).toBe("a script");
    put(
      'exports.answer = () => import("node:fs").then(({ statSync }) => console.log(typeof statSync)) && "a promise";',
    );
    expect(ask()).toBe("a promise\nfunction");
  });
});
