import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programs } from "../../../conf/activation/index";
import { resolved } from "../../../provider/commands/git";
import { type Command, type Host, Secret } from "../../../provider/commands/shell";
import { resolve } from "../../../provider/resolve";
import { type VenvInputs, venv } from "../../../provider/venv";
import { pythonWith } from "../supervisor/oracle";

/** The plugin and the update by hand, of one commit: what they resolve, and what they hand to the build. */
const top = mkdtempSync(join(tmpdir(), "agree-"));
const checkout = join(top, "checkout");
const directory = join(top, "programs");
let python: string;

const project = '[project]\nname = "shop"\ndependencies = ["six==1.16.0"]\n';
const files = {
  "requirements.txt": "-r base.txt\n",
  "base.txt": "six==1.16.0\n",
  "pyproject.toml": project,
  "uv.lock":
    'version = 1\n[[package]]\nname = "shop"\nsource = { virtual = "." }\ndependencies = [{ name = "six" }]\n[[package]]\nname = "six"\nversion = "1.16.0"\n',
  "poetry.lock": '[[package]]\nname = "six"\nversion = "1.16.0"\noptional = false\n',
  "pdm.lock": '[[package]]\nname = "six"\nversion = "1.16.0"\n',
  Pipfile: "[packages]\n",
  "Pipfile.lock": '{"default": {"six": {"version": "==1.16.0"}}}',
  "wheels/six.whl": "",
};

beforeAll(async () => {
  python = await pythonWith("4.2.5");
  const git = (...words: string[]) => execFileSync("git", ["-C", checkout, ...words]);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(checkout, name)), { recursive: true });
    writeFileSync(join(checkout, name), text);
  }
  git("init", "-q", "--initial-branch=master");
  git("add", "--all");
  git("-c", "user.name=x", "-c", "user.email=x@example.invalid", "commit", "-q", "-m", "First");
  mkdirSync(directory);
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(directory, name), text);
  // In place of a build: what it was asked for.
  writeFileSync(
    join(directory, "build.py"),
    `import sys\nopen(${JSON.stringify(join(top, "asked"))}, "w").write(sys.stdin.read())\n`,
  );
}, 120_000);
afterAll(() => rmSync(top, { recursive: true }));

/** A host whose commands run here. */
const here: Pick<Host, "name" | "read"> = {
  name: "here",
  async read({ command, parse }) {
    const [program, ...words] = command.words as string[];
    const input = (command.stdin as Secret).reveal();
    return parse({ exitCode: 0, stdout: execFileSync(program!, words, { encoding: "utf8", input }), stderr: "" });
  },
};

const plain = { python: "python3", extras: [], groups: [], managedPython: false };
const wheelhouse = "wheels";
const cases: [string, object][] = [
  ["pip", { manager: "pip" }],
  ["pip by uv", { files: ["base.txt"], installer: "uv" }],
  ["uv", { manager: "uv", extras: ["b", "a"], groups: ["docs"] }],
  ["poetry", { manager: "poetry", groups: ["docs"] }],
  ["pdm", { manager: "pdm", installer: "uv", extras: ["x"] }],
  ["pipenv", { manager: "pipenv", groups: ["dev"] }],
  ["a project", { manager: "pyproject", wheelhouse }],
];

describe("the plugin and the update by hand agree", () => {
  it.each(cases)("with %s", async (_, asked) => {
    const dependencies = { ...plain, ...asked };
    const common = { repository: checkout, ref: "master" };
    // The cache is where the host has it: here it goes beside the rest.
    const host = { ...here, read: (fact: never) => here.read(elsewhere(fact)) };
    const cached = { host: () => host, isConnectError: () => false } as never;
    const source = (await resolve(
      cached,
      { connections: [{}], path: checkout, dependencies, ...common },
      {} as never,
    )) as {
      digest: string;
      packages: object;
      recipe: VenvInputs["recipe"];
      files: Record<string, string>;
      locks: Record<string, string>;
    };
    expect(source.packages).toEqual({ six: "1.16.0" });

    const places = { user: "shop", home: "/h", venvs: join(top, "venvs") };
    const job = { checkout };
    const byHand = JSON.parse(
      execFileSync(
        python,
        [
          "-B",
          "-c",
          `import json, sys, types
sys.path.insert(0, ${JSON.stringify(directory)})
import update
state = types.SimpleNamespace(programs=${JSON.stringify(directory)})
job, source = json.loads(sys.argv[1])
answer = update.resolve(state, job, source)
print(json.dumps({"digest": answer["digest"], "path": update.build(state, job, source, answer)}))`,
          JSON.stringify([
            job,
            { cache: join(top, "cache.git"), ...common, dependencies, ...places, indexUrl: "https://u:p@i/" },
          ]),
        ],
        { encoding: "utf8" },
      ),
    ) as { digest: string; path: string };

    const { recipe, files, locks, digest } = source;
    const inputs = {
      connection: { host: "h" },
      directory: places.venvs,
      digest,
      recipe,
      files,
      locks,
      packages: {},
      user: "shop",
      home: "/h",
      link: "/l",
      indexUrl: "https://u:p@i/",
    };
    expect(byHand).toEqual({ digest, path: `${places.venvs}/${digest}` });
    const [command] = venv.plan(inputs, undefined) as [Command];
    expect(JSON.parse(readFileSync(join(top, "asked"), "utf8"))).toEqual(
      JSON.parse((command.stdin as Secret).reveal()),
    );
  });

  it("by names that no two of them share", async () => {
    const digests = cases.map(([, asked]) => {
      const { parse, command } = elsewhere(
        resolved({
          cache: "",
          repository: checkout,
          ref: "master",
          path: checkout,
          dependencies: { ...plain, ...asked },
        }),
      );
      const [program, ...words] = command.words as string[];
      const stdout = execFileSync(program!, words, { encoding: "utf8", input: (command.stdin as Secret).reveal() });
      return (parse({ exitCode: 0, stdout, stderr: "" }) as { digest: string }).digest;
    });
    expect(new Set(digests).size).toBe(cases.length);
  });
});

/** The same question, with the cache in a directory of the test. */
function elsewhere<T extends { command: Command }>(fact: T): T {
  const asked = JSON.parse((fact.command.stdin as Secret).reveal());
  const stdin = new Secret(JSON.stringify({ ...asked, cache: join(top, "cache.git") }));
  return { ...fact, command: { ...fact.command, stdin } };
}
