import { bySupervisord, together } from "./daemon";
import { type Command, type Result, raw, render, Secret } from "./shell";

/**
 * Several looks at a host in one program, side by side, so that they cost one round trip and the time of the slowest.
 * Exit codes come first, then the byte counts of all streams, then the streams. Looks may have no standard input.
 */
export function batchProgram(commands: readonly Command[]): string {
  const looks = commands.flatMap((command, i) =>
    command.bySupervisord === undefined ? [`look ${i} ${shellString(render(command))} &`] : [],
  );
  const numbers = commands.map((_, i) => i);
  const files = numbers.map((n) => `o${n} e${n}`).join(" ");
  return `t=$(mktemp -d) || exit 70
trap 'rm -rf "$t"' EXIT
look() { sh -c "$2" </dev/null >"$t/o$1" 2>"$t/e$1"; echo "$?" >"$t/c$1"; }
${[...looks, ...inOne(commands)].join("\n")}
wait
cd "$t" || exit 70
for n in ${numbers.join(" ")}; do code=; read -r code <"c$n"; echo "$code"; done
wc -c ${files}
cat ${files}`;
}

/** Those that one interpreter can run; where it could not be started, that is the answer of each. */
function inOne(commands: readonly Command[]): string[] {
  const programs = commands.flatMap(({ bySupervisord: one }, i): [number, string, ...string[]][] =>
    one === undefined ? [] : [[i, one.program, ...one.words]],
  );
  if (programs.length === 0) return [];
  const numbers = programs.map(([i]) => i).join(" ");
  return [
    `all() { numbers=$1; shift; "$@" </dev/null >/dev/null 2>"$t/e"; c=$?
for n in $numbers; do [ -s "$t/c$n" ] || { : >"$t/o$n"; cp "$t/e" "$t/e$n"; echo "$c" >"$t/c$n"; }; done; }`,
    `all '${numbers}' ${render(together(programs, raw('"$t"')))} &`,
  ];
}

/** The answers in their order; undefined where the output ends early. */
export function batchAnswers(stdout: string, count: number): (Result | undefined)[] {
  const all = Buffer.from(stdout);
  let at = 0;
  const line = () => {
    const end = all.indexOf(0x0a, at);
    if (end < 0) return "";
    const text = all.subarray(at, end).toString();
    at = end + 1;
    return text;
  };
  const codes = Array.from({ length: count }, line);
  const sizes = Array.from({ length: 2 * count }, () => /^ *(\d+) [oe]\d+$/.exec(line())?.[1]);
  line(); // their sum
  const stream = (size: string | undefined) => {
    if (size === undefined || all.length < at + Number(size)) return undefined;
    at += Number(size);
    return all.subarray(at - Number(size), at).toString();
  };
  return codes.map((code, i) => {
    const [out, err] = [stream(sizes[2 * i]), stream(sizes[2 * i + 1])];
    return out === undefined || err === undefined || !/^\d+$/.test(code)
      ? undefined
      : { exitCode: Number(code), stdout: out, stderr: err };
  });
}

export const hasInput = ({ stdin }: Command): boolean => stdin instanceof Secret || (stdin ?? "") !== "";

const shellString = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A look as text that tells it from all others, to be kept: no secret is in it. */
export function textOf({ words, bySupervisord: program, ...rest }: Command): string {
  return JSON.stringify(program === undefined ? { ...rest, words } : { ...rest, program });
}

/** The look that `textOf` has written down. */
export function lookOf(text: string): Command {
  const { program, ...rest } = JSON.parse(text) as Command & { program?: Command["bySupervisord"] };
  return program === undefined ? rest : { ...bySupervisord(program.program, ...program.words), ...rest };
}
