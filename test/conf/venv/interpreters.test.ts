import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./python";

const top = mkdtempSync(join(tmpdir(), "interpreters-"));
const at = (name: string) => join(top, "opt", name);
beforeAll(() => {
  for (const [name, version] of Object.entries({ "a/bin/python3.9": "3.9.18", "b/bin/python3.12": "3.12.4" })) {
    mkdirSync(join(at(name), ".."), { recursive: true });
    writeFileSync(at(name), `#!/bin/sh\necho ${version}\n`);
    chmodSync(at(name), 0o755);
  }
  symlinkSync("python3.12", at("b/bin/python3"));
  writeFileSync(at("a/bin/python3-config"), "");
});
afterAll(() => rmSync(top, { recursive: true }));

const find = (python: string, managed = false) =>
  run<unknown>(
    `import interpreters, os
os.environ["PATH"] = "/nowhere"
try: print(json.dumps(interpreters.find(*input)))
except interpreters.Missing as error: print(json.dumps(str(error)))`,
    [python, managed, [join(top, "opt/*/bin")]],
  );

describe("an interpreter", () => {
  it.each<[string, string, unknown]>([
    ["a path", "a/bin/python3.9", ["a/bin/python3.9", "3.9.18"]],
    ["a version", "3.9", ["a/bin/python3.9", "3.9.18"]],
    ["a version to the last number", "3.12.4", ["b/bin/python3", "3.12.4"]],
  ])("is found by %s", (_, python, found) => {
    const [path, version] = found as [string, string];
    expect(find(python.includes("/") ? at(python) : python)).toEqual([at(path), version]);
  });

  it("that is not there is told, with those that are", () => {
    const there = `it has 3.9.18 (${at("a/bin/python3.9")}), 3.12.4 (${at("b/bin/python3")})`;
    expect(find("3.1")).toBe(
      `dependencies.python: this host has no Python 3.1; ${there}. Install it there (\`packages\` of the host), or set managedPython: true, and uv brings it`,
    );
    expect(find("/no/python")).toBe(`dependencies.python: /no/python does not run on this host; ${there}`);
  });

  it("that is not there is uv's to bring where that is allowed", () => {
    expect(find("3.13", true)).toEqual([null, null]);
    expect(find("3.9", true)).toEqual([at("a/bin/python3.9"), "3.9.18"]);
  });
});
