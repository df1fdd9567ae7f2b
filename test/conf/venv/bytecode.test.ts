import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const program = join(__dirname, "../../../conf/venv/bytecode.py");
const site = "lib/python3/site-packages";
let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "bytecode-"));
});
afterEach(() => rmSync(top, { recursive: true }));

/** A file of an environment, older than what the next one has. */
function put(environment: string, name: string, text: string, time = 1_000_000_000): string {
  const path = join(top, environment, site, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, time, time);
  return path;
}

const python = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync("python3", words, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return stdout.trim();
};
const compile = (...environments: string[]) =>
  python("-I", "-S", program, ...environments.map((one) => join(top, one)));
const bytecode = (path: string): string => {
  const cache = join(dirname(path), "__pycache__");
  return join(cache, readdirSync(cache).find((name) => name.startsWith(path.slice(dirname(path).length + 1, -2)))!);
};
/** What a module says when it is imported from its bytecode, and where it says it is. */
const says = (path: string) =>
  python(
    "-B",
    "-c",
    "import sys; sys.path.insert(0, sys.argv[1]); import one; print(one.word, one.here.__code__.co_filename)",
    dirname(path),
  );

/** A module whose bytecode can be told from one that is compiled anew: it says another word. */
function marked(environment: string, text: string): string {
  const path = put(environment, "one.py", text.replaceAll("old", "OLD"));
  compile(environment);
  const head = readFileSync(bytecode(path)).subarray(0, 16);
  put(environment, "one.py", text);
  writeFileSync(bytecode(path), Buffer.concat([head, readFileSync(bytecode(path)).subarray(16)]));
  expect(says(path)).toBe(`OLD ${path}`);
  return path;
}

const text = "word = 'old'\ndef here(): pass\n";

describe("bytecode", () => {
  it("is taken from another environment for the same file, and says where that is now", () => {
    marked("a", text);
    const path = put("b", "one.py", text, 1_500_000_000);
    compile("b", "a");
    expect(says(path)).toBe(`OLD ${path}`);
  });

  it.each<[string, (there: string) => void]>([
    ["of another text of the same length", () => put("a", "one.py", text.replace("old", "odd"))],
    ["that was edited after it was compiled", (there) => utimesSync(there, 1_100_000_000, 1_100_000_000)],
    [
      "compiled by another Python",
      (there) => writeFileSync(bytecode(there), readFileSync(bytecode(there)).fill(7, 0, 4)),
    ],
    ["that is not there any more", (there) => rmSync(there)],
  ])("is not taken of a file %s", (_, change) => {
    change(marked("a", text));
    const path = put("b", "one.py", text, 1_500_000_000);
    compile("b", "a");
    expect(says(path)).toBe(`old ${path}`);
  });

  it("is made by several processes for all of many files, but those that are no Python", () => {
    const paths = Array.from({ length: 200 }, (_, i) => put("a", `p${i % 7}/m${i}.py`, `n = ${i}\n`));
    const bad = put("a", "other/template.py", "print {{ name }}\n");
    compile("a");
    for (const path of paths) expect(bytecode(path), path).toContain("__pycache__");
    expect(() => bytecode(bad)).toThrow(/ENOENT/);
  });
});
