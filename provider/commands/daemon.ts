import { bringer, brought, finder } from "../../conf/activation/index";
import { type Command, script } from "./shell";

// Any python3 will do to find supervisord; where none is in PATH, that of a supervisord that runs.
const anyPython = `any=$(command -v python3) || {
  ran=$(grep -lzE '(^|/)supervisord$' /proc/[0-9]*/cmdline 2>/dev/null | head -n 1)
  any=$(sed -zn 1p "\${ran:-/dev/null}" | tr -d '\\0')
}`;

/** Shell that runs `wordsOf` a program. */
export const runBySupervisord = `${anyPython}\nexec "\${any:-python3}" -B -c "$@"`;

/** What `runBySupervisord` is given: how supervisord is found, then the program, its modules, its words. */
export const wordsOf = (program: string, ...words: string[]): string[] => [
  finder,
  "run",
  `${bringer}\n${program}`,
  JSON.stringify(brought),
  ...words,
];

/** A program in Python that may import `daemon`, `door` and `boot`, by the interpreter that has supervisor's library. */
export const bySupervisord = (program: string, ...words: string[]): Command =>
  script(runBySupervisord, ...wordsOf(program, ...words));
