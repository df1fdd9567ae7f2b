import { type Command, type Result, render, Secret } from "../commands/shell";

/**
 * Several looks at a host in one program, side by side, so that they cost one round trip and the time of the slowest.
 * Each answer is framed by its exit code and the byte counts of its two streams. Looks may have no standard input.
 */
export function batchProgram(commands: readonly Command[]): string {
  const looks = commands.map((command, i) => `look ${i} ${shellString(render(command))} &`);
  return `t=$(mktemp -d) || exit 70
trap 'rm -rf "$t"' EXIT
look() { sh -c "$2" </dev/null >"$t/o$1" 2>"$t/e$1"; echo "$?" >"$t/c$1"; }
${looks.join("\n")}
wait
i=0
while [ "$i" -lt ${commands.length} ]; do
  printf '%s %s %s\\n' "$(cat "$t/c$i")" "$(wc -c <"$t/o$i")" "$(wc -c <"$t/e$i")"
  cat "$t/o$i" "$t/e$i"
  i=$((i + 1))
done`;
}

/** The answers in their order; undefined where the output ends early. */
export function batchAnswers(stdout: string, count: number): (Result | undefined)[] {
  let rest = Buffer.from(stdout);
  return Array.from({ length: count }, () => {
    const end = rest.indexOf(0x0a);
    const frame = /^(\d+) (\d+) (\d+)$/.exec(rest.subarray(0, Math.max(end, 0)).toString());
    if (frame === null) return undefined;
    const [exitCode, out, err] = frame.slice(1).map(Number) as [number, number, number];
    const body = rest.subarray(end + 1);
    if (body.length < out + err) return undefined;
    rest = body.subarray(out + err);
    return { exitCode, stdout: body.subarray(0, out).toString(), stderr: body.subarray(out, out + err).toString() };
  });
}

export const hasInput = ({ stdin }: Command): boolean => stdin instanceof Secret || (stdin ?? "") !== "";

const shellString = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
