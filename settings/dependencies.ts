import { z } from "zod";
import { isMap } from "./problems";
import { inRepository, yesOrNo } from "./values";

const managers = ["pip", "uv", "poetry", "pdm", "pipenv", "pyproject"] as const;
const interpreter = 'should be an interpreter, as in python3, or a version in quotes, as in "3.12"';
const names = (what: string) =>
  z
    .array(z.string({ error: "should be a name" }).regex(/^[A-Za-z0-9][\w.-]*$/, "should be a name"), {
      error: `should be a list of ${what}`,
    })
    .default([]);

/** What the environment of an app is made from. */
export const dependencies = z.strictObject({
  manager: z
    .enum(managers, { error: `should be one of ${managers.join(", ")}` })
    .optional()
    .describe(`${managers.join(", ")}. Default: the one that the repository has files of.`),
  files: z
    .array(inRepository("requirements.txt"), { error: "should be a list of files" })
    .min(1, "should name at least one file")
    .optional()
    .describe(
      "Requirements files, for pip; what they include with -r and -c comes with them. Default requirements.txt.",
    ),
  installer: z
    .enum(["pip", "uv"], { error: "should be pip or uv" })
    .optional()
    .describe("What installs the packages. Default pip; uv is faster. The manager uv always installs by itself."),
  python: z
    .string({ error: interpreter })
    .regex(/^[\w./-]+$/, interpreter)
    .default("python3")
    .describe(
      "Interpreter on the host, by path, name or version, as in `/opt/python/bin/python3` or `3.12`. Another version builds another environment. Default python3.",
    ),
  managedPython: yesOrNo
    .default(false)
    .describe("true lets uv bring the version of `python` that the host lacks, from GitHub. Default false."),
  extras: names("extras").describe("Extras of the project that are installed too. Default none."),
  groups: names("groups of dependencies").describe(
    "Groups of dependencies (of Pipfile: categories) that are installed too, e.g. dev. Default none.",
  ),
  wheelhouse: z
    .string({ error: "should be a directory, as in /srv/wheels, or a path in the repository, as in wheels" })
    .regex(
      /^(?!.*(^|\/)\.\.(\/|$))[^\0\n-][^\0\n]*$/,
      "should be a directory, as in /srv/wheels, or a path in the repository, as in wheels",
    )
    .optional()
    .describe("A directory of the host, or of the repository, that all packages come from; no index is asked."),
  indexUrl: z
    .string()
    .regex(/^https?:\/\/\S+$/, "should be a URL")
    .optional()
    .describe(
      "Package index; a secret where it carries credentials. Default: the host's own pip settings, or what the lock names.",
    ),
});

/** What a manager that is named has no meaning for; of one that is found from the repository the host tells the same. */
export function dependencyProblems(given: unknown): [string, string][] {
  if (!isMap(given)) return [];
  const { manager, python } = given;
  const has = (key: string) => given[key] !== undefined && !(Array.isArray(given[key]) && given[key].length === 0);
  const isPip = manager === "pip" || (manager === undefined && has("files"));
  const wrong: [string, string, boolean][] = [
    ["files", `should not be set beside manager: ${String(manager)}: they are for pip`, has("files") && !isPip],
    ["extras", "should not be set with pip: its files have none", has("extras") && isPip],
    ["extras", "should not be set with pipenv: a Pipfile has none", has("extras") && manager === "pipenv"],
    ["groups", "should not be set with pip: its files have none", has("groups") && isPip],
    [
      "installer",
      "should not be pip with manager: uv, which installs by itself",
      given.installer === "pip" && manager === "uv",
    ],
    [
      "managedPython",
      'should go with a version as python, as in "3.12"',
      given.managedPython === true && !(typeof python === "string" && /^\d+\.\d+(\.\d+)?$/.test(python)),
    ],
  ];
  return wrong.filter(([, , isWrong]) => isWrong).map(([key, message]) => [key, message]);
}
