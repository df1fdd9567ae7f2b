import { type Command, type Result, render, Secret } from "../commands/shell";

/**
 * Several looks at a host in one program, so that they cost one round trip. Each answer is framed by its exit code and
 * the byte counts of its two streams. Looks may have no standard input.
 */
export function batchProgram(commands: readonly Command[]): string {
  const looks = commands.map((command) => `look ${shellString(render(command))}`);
  return `t=$(mktemp -d) || exit 70
trap 'rm -rf "$t"' EXIT
look() {
  sh -c "$1" </dev/null >"$t/o" 2>"$t/e"
  printf '%s %s %s\\n' "$?" "$(wc -c <"$t/o")" "$(wc -c <"$t/e")"
  cat "$t/o" "$t/e"
}
${looks.join("\n")}`;
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
