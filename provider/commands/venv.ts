import { bringer } from "../../conf/activation/index";
import { builder, modules } from "../../conf/venv/index";
import { type Command, type Fact, Secret, script } from "./shell";

export interface Environment {
  /** What `.complete` says it was built from. */
  digest: string;
  /** Its packages are those that were installed. */
  intact: boolean;
}

const look = `[ -x "$1/bin/python" ] && [ -f "$1/.complete" ] || exit 2
cat "$1/.complete"; ls "$1"/lib/python*/site-packages | sha256sum`;

/** The environment at a path; undefined when there is none, or an unfinished one. */
export const environment = (path: string): Fact<Environment | undefined> => ({
  command: { ...script(look, path), ok: [0, 2], what: `look at the environment ${path}` },
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 2) return undefined;
    const [digest = "", recorded, now] = stdout.trim().split("\n");
    return { digest, intact: recorded === now };
  },
});

/** How an environment is made, as the host that resolved the commit says it. */
export interface Recipe {
  /** pip, uv, poetry, pdm, pipenv or pyproject. */
  manager: string;
  /** What installs: pip or uv. */
  installer: string;
  /** Interpreter on the host, by path, name or version. */
  python: string;
  /** uv may bring an interpreter that the host lacks. */
  managedPython: boolean;
  extras: string[];
  groups: string[];
  /** Which of the files pip is given. */
  install: string[];
  /** Packages come from here alone: a directory of the host, or a tree of the checkout. */
  wheelhouse?: { path?: string; checkout?: string; tree?: string };
}

export interface Build {
  path: string;
  digest: string;
  user: string;
  home: string;
  recipe: Recipe;
  /** Texts by path. */
  files: Record<string, string>;
  /** May carry credentials. */
  indexUrl?: string;
}

/** Builds it beside the active one, or mends one that somebody changed. */
export const build = (asked: Build): Command => ({
  words: ["python3", "-B", "-c", `${bringer}\n${builder}`, JSON.stringify(modules)],
  stdin: new Secret(JSON.stringify(asked)),
  what: `build the environment ${asked.path}`,
  timeout: 3600,
});

/** All environments of an app but the active one. */
export const removeEnvironments = (directory: string, link: string): Command => ({
  ...script(
    `active=$(readlink "$2" 2>/dev/null || :)
for venv in "$1"/*/; do [ "\${venv%/}" = "$active" ] || rm -rf "\${venv%/}"; done
rmdir "$1" 2>/dev/null || :`,
    directory,
    link,
  ),
  what: `remove the environments in ${directory}`,
});
