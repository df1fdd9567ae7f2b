import buildProgram from "../../conf/venv/build.sh";
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

export interface Build {
  path: string;
  digest: string;
  python: string;
  user: string;
  home: string;
  /** Texts by path. */
  files: Record<string, string>;
  /** Which of them pip is given. */
  install: string[];
  /** May carry credentials. */
  indexUrl?: string;
}

/** Builds it beside the active one, or mends one that somebody changed. */
export const build = ({ path, digest, python, user, home, files, install, indexUrl }: Build): Command => ({
  words: ["sh", "-c", buildProgram, "build", path, python, user, home, digest],
  stdin: new Secret(JSON.stringify({ files, install, indexUrl })),
  what: `build the environment ${path}`,
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
