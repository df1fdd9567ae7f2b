/** `npm run pulumi -- ARGS`: the CLI in the sandbox's environment. */
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import confirm from "@inquirer/confirm";
import { execa, type Options } from "execa";
import { type Cli, findCli, type Say } from "./cli";
import { deadLocks } from "./deadLock";

export const root = join(__dirname, "..");

/** What the CLI needs to keep its state in a directory, and to ask nothing. */
export function pulumiEnvironment({ directory, fromSource }: Cli, sandbox: string): Record<string, string> {
  const state = join(sandbox, "state");
  mkdirSync(state, { recursive: true });
  return {
    PATH: [directory, process.env.PATH].join(delimiter),
    PULUMI_BACKEND_URL: `file://${state}`,
    // The sandbox is thrown away; its stack file, with the salt that belongs to this, is in the repository.
    PULUMI_CONFIG_PASSPHRASE: "sandbox",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Where the official release can't be had, its plugins can't either.
    ...(fromSource ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
  };
}

/** Runs the CLI with the state of a sandbox; the `dev` stack is made where it is missing. */
export async function pulumi(words: readonly string[], options: Options & { sandbox: string; say?: Say }) {
  const { sandbox, say, ...rest } = options;
  const env = pulumiEnvironment(await findCli(say), sandbox);
  const run = (args: readonly string[], more: Options) =>
    execa("pulumi", args, { cwd: root, env, reject: false, ...more });
  if (!existsSync(join(sandbox, "state", ".pulumi", "stacks", "supervised", "dev.json"))) {
    const made = await run(["stack", "init", "dev"], {});
    if (made.failed && !String(made.stderr).includes("already exists")) throw new Error(String(made.stderr));
  }
  if (locking.has(words[0] ?? "") && (await wantsToCancel(sandbox, say)))
    await run(["cancel", "--yes", "--stack", "dev"], { stdio: "inherit" });
  return run(words, rest);
}

/** Commands that need the lock of the stack. */
const locking = new Set(["up", "update", "preview", "refresh", "destroy", "import"]);

/** A run that was killed leaves its lock; whoever runs the next one is asked, or told how to let go of it. */
async function wantsToCancel(sandbox: string, say: Say = () => {}): Promise<boolean> {
  const [lock] = deadLocks(join(sandbox, "state"), "supervised", "dev");
  if (lock === undefined) return false;
  const what = `The stack is locked by a run that was killed (process ${lock.pid}, since ${lock.since}).`;
  if (process.stdin.isTTY) return confirm({ message: `${what} Let go of it?` });
  say(`${what} \`npm run pulumi -- cancel --yes --stack dev\` lets go of it.`);
  return false;
}

if (require.main === module) {
  const directory = process.env.SUPERVISED_SANDBOX ?? join(root, ".sandbox");
  // Ctrl-C reaches the CLI by the terminal: it decides how to end, and we end with it.
  process.on("SIGINT", () => {});
  void pulumi(process.argv.slice(2), { sandbox: directory, say: (line) => console.error(line), stdio: "inherit" }).then(
    ({ exitCode, signal }) => {
      process.exitCode = exitCode ?? (signal === "SIGINT" ? 130 : 1);
    },
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
