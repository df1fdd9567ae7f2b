import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const program = join(__dirname, "../../../conf/venv/project.py");
const top = mkdtempSync(join(tmpdir(), "project-"));
afterAll(() => rmSync(top, { recursive: true }));

const toml = `[project]
name = "My_Shop"
requires-python = ">=3.9,<4"
dependencies = ["six==1.16.0", "tool[cli]>=2"]
[project.optional-dependencies]
all = ["my-shop[pg,redis]", "extra"]
pg = ["psycopg"]
Redis = ["redis"]
[dependency-groups]
test = ["pytest"]
Dev_Tools = [{ include-group = "test" }, "ruff"]
loop = [{ include-group = "loop" }]
`;

/** What it prints of these files, or what it says is wrong. */
function told(files: Record<string, string>, manager: string, version = "3.11.2", extras = "", groups = ""): string {
  const directory = mkdtempSync(join(top, "p"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const { stdout, stderr } = spawnSync("python3", ["-B", program, manager, version, extras, groups], {
    cwd: directory,
    encoding: "utf8",
  });
  return (stderr || stdout).trim();
}

describe("a plain pyproject.toml", () => {
  const of = (extras = "", groups = "", text = toml) =>
    told({ "pyproject.toml": text }, "pyproject", "3.11.2", extras, groups).split("\n");

  it.each<[string, string[], string[]]>([
    ["alone", ["", ""], []],
    ["with an extra", ["redis", ""], ["redis"]],
    ["with an extra of others", ["all", ""], ["extra", "psycopg", "redis"]],
    ["with a group of others", ["", "dev-tools"], ["pytest", "ruff"]],
    ["with both", ["pg", "test"], ["psycopg", "pytest"]],
  ])("%s", (_, [extras, groups], more) => expect(of(extras, groups)).toEqual(["six==1.16.0", "tool[cli]>=2", ...more]));

  it.each<[string, string[], string]>([
    ["an extra", ["nope", ""], "dependencies.extras: pyproject.toml has no extra nope; it has all, pg, redis"],
    ["a group", ["", "nope"], "dependencies.groups: pyproject.toml has no group nope; it has dev-tools, loop, test"],
    ["a group within itself", ["", "loop"], "pyproject.toml: the group loop includes itself"],
  ])("tells of %s that is not there", (_, [extras, groups], message) => expect(of(extras, groups)).toEqual([message]));

  it("tells that only a build would know", () =>
    expect(of("", "", '[project]\nname = "a"\ndynamic = ["dependencies"]\n')[0]).toContain(
      "its dependencies are dynamic",
    ));
  it("tells where it is no TOML", () => expect(of("", "", "[project\n")[0]).toMatch(/^pyproject.toml: .*line 1/));
});

describe("the interpreter", () => {
  it.each<[string, Record<string, string>, string, string]>([
    ["a project", { "pyproject.toml": toml }, "pdm", ">=3.9,<4"],
    ["a Pipfile", { "Pipfile.lock": '{"_meta": {"requires": {"python_version": "3.9"}}}' }, "pipenv", "3.9"],
  ])("fits %s, or that is told", (_, files, manager, asked) => {
    expect(told(files, manager, "3.9.18")).toBe("");
    expect(told(files, manager, "3.8.18")).toBe(
      `dependencies.python: Python 3.8.18 does not fit the project, which asks for ${asked}`,
    );
  });
  it("fits where nothing is asked for", () => {
    expect(told({ "pyproject.toml": "[project]\n" }, "pdm")).toBe("");
    expect(told({ "Pipfile.lock": '{"default": {}}' }, "pipenv")).toBe("");
  });
});

it("is run by a python that has what it reads versions with", () =>
  expect(() => execFileSync("python3", ["-c", "import pip._vendor.packaging.specifiers"])).not.toThrow());
