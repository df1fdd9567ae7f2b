import { describe, expect, it } from "vitest";
import { packagesOf } from "../../../conf/venv/packages";
import { entriesOf } from "../../../provider/lines";

const chosen = (manager: string, extras: string[] = [], groups: string[] = []) => ({ manager, extras, groups });

const requirements = `# a comment with six==1
six==1.16.0 ; python_version >= "3.9" \\
    --hash=sha256:aa
Typing_Extensions[x] == 4.0 # why
loose>=1
any==1.*
exact===2.0+local
tool @ git+https://example.org/tool.git@1a2b==3
`;

const uvLock = `version = 1
[[package]]
name = "shop"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "anyio" }, { name = "httpx", extra = ["http2"] }, { name = "lib" }]
[package.optional-dependencies]
pg = [{ name = "psycopg" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }]
docs = [{ name = "sphinx", marker = "python_version < '3.12'" }]
[[package]]
name = "lib"
version = "1"
source = { editable = "libs/lib" }
dependencies = [{ name = "numpy" }]
[[package]]
name = "anyio"
version = "4.0.0"
dependencies = [{ name = "sniffio" }, { name = "anyio" }]
[[package]]
name = "sniffio"
version = "1.3.1"
[[package]]
name = "httpx"
version = "0.28.0"
[package.optional-dependencies]
http2 = [{ name = "h2" }]
brotli = [{ name = "brotli" }]
[[package]]
name = "h2"
version = "4.1.0"
source = { git = "https://example.org/h2.git?tag=v4#${"ab12cd3".padEnd(40, "0")}" }
[[package]]
name = "brotli"
version = "1"
[[package]]
name = "numpy"
version = "1.26.0"
[[package]]
name = "numpy"
version = "2.0.0"
[[package]]
name = "psycopg"
version = "3.2"
[[package]]
name = "pytest"
version = "8"
[[package]]
name = "sphinx"
version = "7"
`;

const poetryLock = `[[package]]
name = "Six"
version = "1.16.0"
optional = false
groups = ["main"]
[[package]]
name = "redis"
version = "5"
optional = true
groups = ["main"]
[[package]]
name = "pytest"
version = "8"
optional = false
groups = ["dev"]
[[package]]
name = "tool"
version = "1"
optional = false
groups = ["main", "dev"]
[package.source]
type = "git"
url = "https://example.org/tool.git"
resolved_reference = "${"ab12cd3".padEnd(40, "0")}"
[metadata]
content-hash = "x"
`;

const pdmLock = `[[package]]
name = "six"
version = "1.16.0"
groups = ["default"]
[[package]]
name = "redis"
version = "5"
groups = ["cache"]
[[package]]
name = "pytest"
version = "8"
groups = ["dev"]
`;

const pipfileLock = JSON.stringify({
  _meta: {},
  default: { six: { version: "==1.16.0" }, tool: { git: "https://example.org/t.git", ref: "ab12cd345678" } },
  develop: { pytest: { version: "==8" } },
  docs: { sphinx: { version: "==7" } },
});

const main = {
  anyio: "4.0.0",
  h2: "4.1.0 (ab12cd3)",
  httpx: "0.28.0",
  numpy: "1.26.0, 2.0.0",
  sniffio: "1.3.1",
};

describe("the packages of", () => {
  it.each<[string, ReturnType<typeof chosen>, Record<string, string>, Record<string, string>]>([
    [
      "requirements",
      chosen("pip"),
      { "requirements.txt": requirements, "base.txt": "h11==0.14.0\n" },
      { exact: "2.0+local", h11: "0.14.0", six: "1.16.0", "typing-extensions": "4.0" },
    ],
    ["uv.lock", chosen("uv"), { "uv.lock": uvLock }, main],
    [
      "uv.lock with more",
      chosen("uv", ["pg"], ["docs"]),
      { "uv.lock": uvLock },
      { ...main, psycopg: "3.2", sphinx: "7" },
    ],
    ["poetry.lock", chosen("poetry"), { "poetry.lock": poetryLock }, { six: "1.16.0", tool: "1 (ab12cd3)" }],
    [
      "poetry.lock with more",
      chosen("poetry", ["cache"], ["dev"]),
      { "poetry.lock": poetryLock },
      { pytest: "8", redis: "5", six: "1.16.0", tool: "1 (ab12cd3)" },
    ],
    [
      "poetry.lock of before groups",
      chosen("poetry"),
      { "poetry.lock": '[[package]]\nname = "six"\nversion = "1"\noptional = false\n' },
      { six: "1" },
    ],
    ["pdm.lock", chosen("pdm"), { "pdm.lock": pdmLock }, { six: "1.16.0" }],
    ["pdm.lock with an extra", chosen("pdm", ["Cache"]), { "pdm.lock": pdmLock }, { redis: "5", six: "1.16.0" }],
    ["Pipfile.lock", chosen("pipenv"), { "Pipfile.lock": pipfileLock }, { six: "1.16.0", tool: "ab12cd3" }],
    [
      "Pipfile.lock with categories",
      chosen("pipenv", [], ["dev", "docs"]),
      { "Pipfile.lock": pipfileLock },
      { pytest: "8", six: "1.16.0", sphinx: "7", tool: "ab12cd3" },
    ],
    [
      "a project",
      chosen("pyproject"),
      { "pyproject.toml": '[project]\ndependencies = ["six==1.16.0", "loose"]\n' },
      { six: "1.16.0" },
    ],
    ["a lock that is no TOML", chosen("uv"), { "uv.lock": "<<<<<<< HEAD\n" }, {}],
    ["a lock that is no JSON", chosen("pipenv"), { "Pipfile.lock": "{" }, {}],
  ])("%s", (_, recipe, files, packages) => expect(packagesOf(recipe, files)).toEqual(packages));
});

describe("what changes in packages", () => {
  it.each<[unknown, unknown, string]>([
    [
      { six: "1.16.0", uvicorn: "0.53.0", same: "1" },
      { tomli: "2.2.1", uvicorn: "0.54.0", same: "1" },
      "packages:\n  - six 1.16.0\n  + tomli 2.2.1\n  ~ uvicorn 0.53.0 → 0.54.0",
    ],
    [undefined, { six: "1" }, "packages:\n  + six 1"],
    [{ six: "1" }, { six: "1" }, ""],
    [{}, {}, ""],
  ])("%j → %j", (before, after, lines) => expect(entriesOf("packages", before, after)).toBe(lines));
});
