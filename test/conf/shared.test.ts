import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const programs = join(__dirname, "../../conf/activation");
let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "shared-"));
  for (const name of ["app", "shared"]) mkdirSync(join(top, name));
});
afterEach(() => rmSync(top, { recursive: true }));

const run = <T>(program: string, input: unknown): T => {
  const head = `import json, sys\nsys.path.insert(0, ${JSON.stringify(programs)})\ninput = json.loads(sys.argv[1])\n`;
  return JSON.parse(
    execFileSync("python3", ["-B", "-c", head + program, JSON.stringify(input)], { encoding: "utf8" }),
  ) as T;
};
const at = (path: string) => join(top, path);
const file = (path: string) => writeFileSync(at(path), "x");
const directory = (path: string) => mkdirSync(at(path));
const link = (path: string, to: string) => symlinkSync(at(to), at(path));

describe("a shared file or directory", () => {
  it.each<[string, "uploads" | ".env" | "db", () => void, string]>([
    ["a new directory", "uploads", () => {}, "new"],
    ["a directory that is there and not linked yet", "uploads", () => directory("shared/uploads"), "new"],
    [
      "a linked directory",
      "uploads",
      () => {
        directory("shared/uploads");
        link("app/uploads", "shared/uploads");
      },
      "linked",
    ],
    ["a link to a directory that somebody took away", "uploads", () => link("app/uploads", "shared/uploads"), "new"],
    [
      "a directory of before",
      "uploads",
      () => {
        directory("app/uploads");
        file("app/uploads/a");
      },
      "adopt",
    ],
    [
      "data in both places",
      "uploads",
      () => {
        directory("shared/uploads");
        directory("app/uploads");
        file("app/uploads/a");
      },
      "both",
    ],
    [
      "an empty directory in the way",
      "uploads",
      () => {
        directory("shared/uploads");
        directory("app/uploads");
      },
      "new",
    ],
    ["somebody's own link", "uploads", () => link("app/uploads", "elsewhere"), "elsewhere"],
    ["a file that is missing", ".env", () => {}, "absent"],
    ["a link to a file that is missing", ".env", () => link("app/.env", "shared/.env"), "absent"],
    ["a file that was put there", ".env", () => file("shared/.env"), "new"],
    ["a file of before", ".env", () => file("app/.env"), "adopt"],
    ["a file that the app makes", "db", () => {}, "new"],
    ["a link to a file that the app will make", "db", () => link("app/db", "shared/db"), "linked"],
  ])("%s", (_, name, make, expected) => {
    make();
    const shared = { path: at("shared"), directories: ["uploads"], files: [".env", "db"], required: [".env"] };
    const states = run<Record<string, string>>("import links\nprint(json.dumps(links.states(*input)))", [
      at("app"),
      shared,
    ]);
    expect(states[name]).toBe(expected);
  });
});

it.each<[string, string, string]>([
  ["the program behind", `/bin/sh -c 'set -a; . "$0"; set +a; exec "$@"' /e /v/python -u 'a b'`, "/v/python -u 'a b'"],
  ["a program without", "/v/python -u app.py", "/v/python -u app.py"],
  ["another shell", "/bin/sh -c 'exec x' y", "/bin/sh -c 'exec x' y"],
  ["what can't be read", "x 'y", "x 'y"],
])("%s a shell that reads the environment", (_, command, expected) => {
  expect(run("import wrapper\nprint(json.dumps(wrapper.program(input)))", command)).toBe(expected);
});
