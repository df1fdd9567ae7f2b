import { describe, expect, it } from "vitest";
import { run } from "./python";

const made = (manager: string, more: object = {}) => ({
  manager,
  installer: manager === "uv" ? "uv" : "pip",
  extras: [],
  groups: [],
  ...more,
});
/** The words of a step, with blanks between. */
const step = (name: string, ...args: unknown[]) =>
  run<string>(`import steps\nprint(json.dumps(" ".join(getattr(steps, input[0])(*input[1]))))`, [name, args]);
const named = { extras: ["more", "x"], groups: ["docs"] };

describe("what is run", () => {
  it.each<[string, string, unknown[], string]>([
    ["an environment", "create", [made("pip"), "python3", "/v", null], "python3 -m venv /v"],
    [
      "an environment by uv",
      "create",
      [made("uv"), "/usr/bin/python3", "/v", "/t/uv"],
      "/t/uv venv --quiet --no-project --no-python-downloads --python /usr/bin/python3 /v",
    ],
    [
      "requirements by pip",
      "install",
      [made("pip"), "/v/bin/python", null, ["-r", "r.txt"]],
      "/v/bin/python -m pip install --no-compile --prefer-binary --progress-bar off -r r.txt",
    ],
    [
      "requirements by uv",
      "install",
      [made("pip", { installer: "uv" }), "/v/bin/python", "/t/uv", ["-r", "r.txt"]],
      "/t/uv pip install --python /v/bin/python --no-progress -r r.txt",
    ],
    [
      "a wheelhouse by pip",
      "install",
      [made("pip"), "/v/bin/python", null, ["-r", "r.txt"], "/w"],
      "/v/bin/python -m pip install --no-compile --prefer-binary --progress-bar off --no-index --find-links /w -r r.txt",
    ],
    [
      "a wheelhouse by uv",
      "install",
      [made("uv"), "/v/bin/python", "/t/uv", ["-r", "r.txt"], "/w"],
      "/t/uv pip install --python /v/bin/python --no-progress --no-index --find-links /w -r r.txt",
    ],
    [
      "uv.lock",
      "sync",
      [made("uv"), "/t/uv", "/v/bin/python"],
      "/t/uv sync --locked --no-install-local --no-progress --no-python-downloads --python /v/bin/python --no-dev",
    ],
    [
      "uv.lock with more",
      "sync",
      [made("uv", { extras: ["more"], groups: ["dev", "docs"] }), "/t/uv", "/v/bin/python"],
      "/t/uv sync --locked --no-install-local --no-progress --no-python-downloads --python /v/bin/python --extra more --group dev --group docs",
    ],
    [
      "uv.lock as requirements",
      "export",
      [made("uv", named), "/t/uv", "/v/bin/python"],
      "/t/uv export --quiet --locked --no-emit-local --no-header --python /v/bin/python --no-dev --extra more --extra x --group docs",
    ],
    [
      "poetry.lock",
      "export",
      [made("poetry"), "/t/poetry", "/v/bin/python"],
      "/t/poetry export --no-interaction --no-ansi --only main",
    ],
    [
      "poetry.lock with more",
      "export",
      [made("poetry", named), "/t/poetry", "/v/bin/python"],
      "/t/poetry export --no-interaction --no-ansi --only main --only docs --extras more --extras x",
    ],
    ["pdm.lock", "export", [made("pdm"), "/t/pdm", "/v"], "/t/pdm export --format requirements --prod"],
    [
      "pdm.lock with extras",
      "export",
      [made("pdm", { extras: ["more"] }), "/t/pdm", "/v"],
      "/t/pdm export --format requirements --prod --group more",
    ],
    [
      "pdm.lock with groups",
      "export",
      [made("pdm", named), "/t/pdm", "/v"],
      "/t/pdm export --format requirements --dev --group docs --group more --group x",
    ],
    ["Pipfile.lock", "export", [made("pipenv"), "/t/pipenv", "/v"], "/t/pipenv requirements --hash"],
    [
      "Pipfile.lock with categories",
      "export",
      [made("pipenv", { groups: ["dev", "docs"] }), "/t/pipenv", "/v"],
      "/t/pipenv requirements --hash --categories packages dev-packages docs",
    ],
    ["whether pdm.lock is of its project", "fits", ["pdm", "/t/pdm"], "/t/pdm lock --check"],
    ["whether Pipfile.lock is of its Pipfile", "fits", ["pipenv", "/t/pipenv"], "/t/pipenv verify"],
    ["a last look by pip", "check", [made("pdm"), "/v/bin/python", null], "/v/bin/python -m pip check"],
    ["a last look by uv", "check", [made("uv"), "/v/bin/python", "/t/uv"], "/t/uv pip check --python /v/bin/python"],
    [
      "a tool",
      "bring_tool",
      ["/t/bin/python", ["uv==1"]],
      "/t/bin/python -m pip install --quiet --only-binary :all: --progress-bar off uv==1",
    ],
    [
      "a tool by a pip that is only a wheel",
      "bring_tool",
      ["/t/bin/python", ["uv==1"], null, "/w/pip-9-py3-none-any.whl"],
      "/t/bin/python /w/pip-9-py3-none-any.whl/pip install --no-compile --quiet --only-binary :all: --progress-bar off /w/pip-9-py3-none-any.whl uv==1",
    ],
    [
      "a tool of a wheelhouse",
      "bring_tool",
      ["/t/bin/python", ["pdm==1", "x<2"], "/w"],
      "/t/bin/python -m pip install --quiet --only-binary :all: --progress-bar off --no-index --find-links /w pdm==1 x<2",
    ],
    ["an interpreter", "bring_python", ["/t/uv", "3.12"], "/t/uv python install --no-progress --no-bin 3.12"],
    [
      "where it is",
      "find_python",
      ["/t/uv", "3.12"],
      "/t/uv python find --managed-python --no-python-downloads --no-project 3.12",
    ],
  ])("for %s", (_, name, args, words) => expect(step(name, ...args)).toBe(words));
});

describe("exported requirements", () => {
  const split = (text: string, keepIndexes: boolean) =>
    run<[string[], string[], string[]]>(`import steps\nprint(json.dumps(steps.split(*input)))`, [text, keepIndexes]);
  const exported = `# by a tool
-i https://pypi.example.org/simple
--extra-index-url https://example.org/simple

six==1.16.0 ; python_version >= "3.9" \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via shop
iniconfig==2.0.0 --hash=sha256:cc
tool @ git+https://example.org/tool.git@1a2b
-e ./libs/own
./libs/other
own @ file:///srv/own
`;
  const own = ["-e ./libs/own", "./libs/other", "own @ file:///srv/own"];
  const hashed = [
    'six==1.16.0 ; python_version >= "3.9" --hash=sha256:aa --hash=sha256:bb',
    "iniconfig==2.0.0 --hash=sha256:cc",
  ];
  const loose = ["tool @ git+https://example.org/tool.git@1a2b"];
  const indexes = ["-i https://pypi.example.org/simple", "--extra-index-url https://example.org/simple"];

  it("are told apart by hashes, with the indexes that they name", () =>
    expect(split(exported, true)).toEqual([[...indexes, ...hashed], [...indexes, ...loose], own]));
  it("leave their indexes out where another one is asked for", () =>
    expect(split(exported, false)).toEqual([hashed, loose, own]));
});
