import { bringer, brought, finder, together as sideBySide } from "../../conf/activation/index";
import { type Command, type Joint, script, type Word } from "./shell";

// Any python3 will do to find supervisord; where none is in PATH, that of a supervisord that runs.
const anyPython = `any=$(command -v python3) || {
  ran=$(grep -lzE '(^|/)supervisord$' /proc/[0-9]*/cmdline 2>/dev/null | head -n 1)
  any=$(sed -zn 1p "\${ran:-/dev/null}" | tr -d '\\0')
}`;

// The words: how supervisord is found, then the program, its modules, its words.
const run = (program: string, words: readonly Word[]): Command =>
  script(
    `${anyPython}\nexec "\${any:-python3}" -B -c "$@"`,
    ...[finder, "run", `${bringer}\n${program}`, JSON.stringify(brought), ...words],
  );

/** A program in Python that may import `daemon`, `door` and `boot`, by the interpreter that has supervisor's library. */
export const bySupervisord = (program: string, ...words: string[]): Command => ({
  ...run(program, words),
  joint: { words: [program, ...words], all: together },
});

/** One start of the interpreter and of supervisor's library for several of them. */
const together: Joint["all"] = (each, directory) => run(sideBySide, [directory, JSON.stringify(each)]);

/** The look that `textOf` has written down. */
export function lookOf(text: string): Command {
  const { joint, ...rest } = JSON.parse(text) as Omit<Command, "joint"> & { joint?: [string, ...string[]] };
  return joint === undefined ? rest : { ...bySupervisord(...joint), ...rest };
}
