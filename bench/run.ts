import { execa } from "execa";
import type { Call } from "./tools/tool";

/** Runs one command to its end: all that it said. Throws with its last lines where it fails. */
export async function run({ words, cwd, env, stdin }: Call, watch?: (pid: number) => void): Promise<string> {
  const input = stdin === undefined ? { stdin: "ignore" as const } : { input: stdin };
  const running = execa(words[0]!, words.slice(1), { cwd, env, reject: false, all: true, ...input });
  watch?.(running.pid!);
  const { failed, all } = await running;
  if (failed) throw new Error(`${words.join(" ")} failed:\n${String(all).split("\n").slice(-40).join("\n")}`);
  return String(all);
}
