import { script } from "../provider/commands/shell";
import type { Pool } from "../provider/ssh/pool";
import type { Stack } from "./stack";

/** Logs in to each host and becomes root there; tells what works. Answers the hosts that failed. */
export async function check(stack: Stack, pool: Pool, names: readonly string[], say: (line: string) => void) {
  const failed: string[] = [];
  await Promise.all(
    names.map(async (name) => {
      const began = performance.now();
      try {
        const host = pool.host(await stack.connection(name));
        const facts = script('id -un; . /etc/os-release && echo "$PRETTY_NAME"; command -v supervisord || true');
        const { stdout } = await host.run({ ...facts, what: "look around", timeout: 30 });
        const [user, system, supervisord] = stdout.split("\n");
        const found = supervisord ? "has supervisor" : "has no supervisor yet";
        say(`${host.name}: works as ${user}, ${system}, ${found} (${Math.round(performance.now() - began)} ms)`);
      } catch (error) {
        failed.push(name);
        say((error as Error).message);
      }
    }),
  );
  return failed;
}
