import { describe, expect, it } from "vitest";
import { run } from "./python";

const commit = "a".repeat(40);
type Files = Record<string, string>;
interface Recipe {
  made: { manager: string; installer: string; install: string[] };
  texts: Files;
  locks: Files;
}

/** The recipe of a commit with these files, or what is wrong with it. */
const recipe = (files: Files, asked: object = {}, inside?: string) =>
  run<Recipe | { wrong: string }>(
    `import managers
try:
    made, texts, locks = managers.recipe({"python": "python3", **input[1]}, input[0].get, input[2], input[3])
    print(json.dumps({"made": made, "texts": texts, "locks": locks}))
except managers.Unclear as error:
    print(json.dumps({"wrong": str(error)}))`,
    [files, asked, commit, inside ?? null],
  );

const project = '[project]\nname = "shop"\ndependencies = ["six"]\n';
const none = '[project]\nname = "shop"\n\n[tool.ruff]\ndependencies = 1\n';

describe("an app in a directory of its repository", () => {
  const others = { "requirements.txt": "django\n", "uv.lock": "", "pyproject.toml": project };

  it("has the lock that lies there, by the name that its tool knows", () => {
    const files = { ...others, "api/poetry.lock": "lock", "api/pyproject.toml": project };
    expect(recipe(files, {}, "api")).toMatchObject({
      made: { manager: "poetry" },
      texts: { "pyproject.toml": project },
      locks: { "poetry.lock": "lock" },
    });
  });

  it("has requirements that may include some from beside it, by paths from the top", () => {
    const files = { ...others, "api/requirements.txt": "-r ../base.txt\n", "base.txt": "six\n" };
    expect(recipe(files, {}, "api")).toMatchObject({
      made: { manager: "pip", install: ["api/requirements.txt"] },
      texts: { "api/requirements.txt": "-r ../base.txt\n", "base.txt": "six\n" },
    });
  });
});

describe("the manager of a repository", () => {
  it.each<[string, Files, string]>([
    ["requirements.txt", { "requirements.txt": "" }, "pip"],
    ["uv.lock", { "uv.lock": "", "pyproject.toml": project }, "uv"],
    ["poetry.lock", { "poetry.lock": "", "pyproject.toml": project }, "poetry"],
    ["poetry.lock of an old project", { "poetry.lock": "", "pyproject.toml": "[tool.poetry]\nname = 'x'\n" }, "poetry"],
    ["pdm.lock", { "pdm.lock": "", "pyproject.toml": project }, "pdm"],
    ["Pipfile.lock", { "Pipfile.lock": "", Pipfile: "" }, "pipenv"],
    ["a project that asks for packages", { "pyproject.toml": project }, "pyproject"],
    ["one that only names settings of tools", { "pyproject.toml": none, "requirements.txt": "" }, "pip"],
    [
      "a lock beside settings of another tool",
      { "uv.lock": "", "pyproject.toml": `${project}[tool.pdm.source]\n` },
      "uv",
    ],
  ])("is known by %s", (_, files, manager) => expect(recipe(files)).toMatchObject({ made: { manager } }));

  it.each<[string, Files, object, string]>([
    [
      "two locks",
      { "uv.lock": "", "poetry.lock": "", "pyproject.toml": project },
      {},
      "dependencies.manager: is missing, and commit aaaaaaa has uv.lock (manager: uv) and poetry.lock (manager: poetry): say which of them is meant",
    ],
    [
      "a lock and requirements",
      { "pdm.lock": "", "requirements.txt": "", "pyproject.toml": project },
      {},
      "dependencies.manager: is missing, and commit aaaaaaa has pdm.lock (manager: pdm) and requirements.txt (manager: pip): say which of them is meant",
    ],
    [
      "requirements and a project",
      { "requirements.txt": "", "pyproject.toml": project },
      {},
      "dependencies.manager: is missing, and commit aaaaaaa has requirements.txt (manager: pip) and [project] of pyproject.toml (manager: pyproject): say which of them is meant",
    ],
    [
      "nothing",
      { "pyproject.toml": none },
      {},
      "dependencies: commit aaaaaaa has no requirements.txt, none of uv.lock, poetry.lock, pdm.lock, Pipfile.lock, and no dependencies in a pyproject.toml: set dependencies.files",
    ],
    [
      "a project of poetry without its lock",
      { "pyproject.toml": "[tool.poetry.dependencies]\nsix = '*'\n" },
      {},
      "dependencies: poetry needs poetry.lock, which is not in commit aaaaaaa: run `poetry lock` and commit it",
    ],
    [
      "a Pipfile without its lock",
      { Pipfile: "" },
      {},
      "dependencies: pipenv needs Pipfile.lock, which is not in commit aaaaaaa: run `pipenv lock` and commit it",
    ],
    [
      "a lock without its project",
      { "uv.lock": "" },
      {},
      "dependencies: uv needs pyproject.toml, which is not in commit aaaaaaa",
    ],
    [
      "no such requirements",
      {},
      { files: ["deploy/r.txt"] },
      "dependencies.files: deploy/r.txt is not in commit aaaaaaa",
    ],
    ["groups of requirements", { "requirements.txt": "" }, { groups: ["dev"] }, "dependencies.groups: pip has none"],
    [
      "extras of a Pipfile",
      { "Pipfile.lock": "", Pipfile: "" },
      { extras: ["x"] },
      "dependencies.extras: pipenv has none",
    ],
    [
      "pip as installer of uv",
      { "uv.lock": "", "pyproject.toml": project },
      { installer: "pip" },
      "dependencies.installer: should not be pip with the manager uv, which installs by itself",
    ],
  ])("is asked for, or told, with %s", (_, files, asked, wrong) => expect(recipe(files, asked)).toEqual({ wrong }));

  it("is the one that the settings name, and pip where they name files", () => {
    const files = { "uv.lock": "", "requirements.txt": "six\n", "r.txt": "", "pyproject.toml": project };
    expect(recipe(files, { manager: "pip" })).toMatchObject({
      made: { manager: "pip", install: ["requirements.txt"] },
    });
    expect(recipe(files, { files: ["r.txt"] })).toMatchObject({ made: { manager: "pip", install: ["r.txt"] } });
    expect(recipe(files, { manager: "uv" })).toMatchObject({ made: { manager: "uv", installer: "uv", install: [] } });
    expect(recipe(files, { manager: "pyproject", installer: "uv" })).toMatchObject({ made: { installer: "uv" } });
  });
});

describe("the files of a manager", () => {
  it("of pip are those that others include, too", () => {
    const files = {
      "deploy/web.txt": "-r base.txt\n--constraint=../c.txt\n-r https://example.org/r.txt\n",
      "deploy/base.txt": "six\n-r web.txt\n",
      "c.txt": "",
    };
    expect(recipe(files, { files: ["deploy/web.txt"] })).toMatchObject({ texts: files, locks: {} });
  });

  it("of uv are the members of its workspace, too", () => {
    const lock = `[[package]]\nname = "a"\nsource = { editable = "libs/a" }\n[[package]]\nname = "b"\nsource = { virtual = "." }\n[[package]]\nname = "c"\nsource = { directory = "../c" }\n`;
    const texts = { "pyproject.toml": project, "libs/a/pyproject.toml": "[project]\n" };
    expect(recipe({ ...texts, "uv.lock": lock, "../c/pyproject.toml": "" })).toMatchObject({
      texts,
      locks: { "uv.lock": lock },
    });
  });
});

describe("the digest", () => {
  const digest = (manager: string, more: object = {}, version = "3.11.2", texts: Files = { a: "1" }) =>
    run<string>(`import managers\nprint(json.dumps(managers.digest(*input)))`, [
      version,
      { manager, installer: manager === "uv" ? "uv" : "pip", extras: [], groups: [], ...more },
      texts,
    ]);

  it.each<[string, string, object, string]>([
    ["pip", "pip", {}, "06f6ebe6661553d8"],
    ["pip by uv", "pip", { installer: "uv" }, "4c59d8570122fa10"],
    ["uv", "uv", {}, "324e06a8be6fb1d8"],
    ["poetry", "poetry", {}, "d695e6f34e75789c"],
    ["pdm", "pdm", {}, "7af7e28b7940a5b2"],
    ["pipenv", "pipenv", {}, "09805df769719024"],
    ["a project", "pyproject", {}, "fe58dc9795be5c1f"],
    ["extras", "pyproject", { extras: ["b", "a"] }, "f4cea1affbf756b1"],
    ["groups", "pyproject", { groups: ["a", "b"] }, "3f20741dee4ac4d1"],
    ["a directory of wheels", "pip", { wheelhouse: { path: "/srv/wheels" } }, "f0d491a8e8119d1a"],
    ["wheels of the commit", "pip", { wheelhouse: { tree: "f".repeat(40), checkout: "/opt/a" } }, "e19d3c580592a3ab"],
  ])("of %s is known", (_, manager, more, expected) => expect(digest(manager, more)).toBe(expected));

  it("differs by interpreter, by name and text of a file, and not by the order of names", () => {
    const all = [
      digest("pip"),
      digest("pip", {}, "3.11.3"),
      digest("pip", {}, "3.11.2", { a: "2" }),
      digest("pip", {}, "3.11.2", { b: "1" }),
    ];
    expect(new Set(all).size).toBe(4);
    expect(digest("pyproject", { extras: ["a", "b"] })).toBe(digest("pyproject", { extras: ["b", "a"] }));
  });
});
