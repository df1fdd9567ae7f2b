import { type Command, type Joint, type Result, raw, render, Secret } from "./shell";

/**
 * Several looks at a host in one program, side by side, so that they cost one round trip and the time of the slowest.
 * Exit codes come first, then the byte counts of all streams, then the streams. Looks may have no standard input.
 */
export function batchProgram(commands: readonly Command[]): string {
  const looks = commands.flatMap((command, i) =>
    command.joint === undefined ? [`look ${i} ${shellString(render(command))} &`] : [],
  );
  const numbers = commands.map((_, i) => i);
  const files = numbers.map((n) => `o${n} e${n}`).join(" ");
  return `t=$(mktemp -d) || exit 70
trap 'rm -rf "$t"' EXIT
look() { eval "$2" </dev/null >"$t/o$1" 2>"$t/e$1"; echo "$?" >"$t/c$1"; }
${[...looks, ...inOne(commands)].join("\n")}
wait
cd "$t" || exit 70
for n in ${numbers.join(" ")}; do code=; read -r code <"c$n"; echo "$code"; done
wc -c ${files}
cat ${files}`;
}

/** Those that one command can do; where it could not be started, that is the answer of each. */
function inOne(commands: readonly Command[]): string[] {
  const kinds = new Map<Joint["all"], [number, ...string[]][]>();
  commands.forEach(({ joint }, i) => {
    if (joint !== undefined) kinds.set(joint.all, [...(kinds.get(joint.all) ?? []), [i, ...joint.words]]);
  });
  if (kinds.size === 0) return [];
  const each = [...kinds].map(([all, some]) => {
    const numbers = some.map(([i]) => i).join(" ");
    return `all '${numbers}' ${render(all(some, raw('"$t"')))} &`;
  });
  return [
    `all() { numbers=$1 said=$t/all\${1%% *}; shift; "$@" </dev/null >/dev/null 2>"$said"; c=$?
for n in $numbers; do [ -s "$t/c$n" ] || { : >"$t/o$n"; cp "$said" "$t/e$n"; echo "$c" >"$t/c$n"; }; done; }`,
    ...each,
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
export const textOf = ({ words, joint, ...rest }: Command): string =>
  JSON.stringify(joint === undefined ? { ...rest, words } : { ...rest, joint: joint.words });
