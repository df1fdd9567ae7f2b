/** `npm run pulumi -- ARGS`: the CLI with the sandbox's state, or with the state that PULUMI_BACKEND_URL names. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import confirm from "@inquirer/confirm";
import { execa, type Options } from "execa";
import { type Backend, namedBackend, sandboxBackend } from "./backend";
import { type Cli, findCli, type Say } from "./cli";
import { areDead, describeLocks, locksIn } from "./locks";

export const root = join(__dirname, "..");

/** What the CLI needs to be found, to know where its state is, and to ask nothing. */
export function pulumiEnvironment({ directory, fromSource }: Cli, backend: Backend): Record<string, string> {
  return {
    PATH: [directory, process.env.PATH].join(delimiter),
    ...backend,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Where the official release can't be had, its plugins can't either.
    ...(fromSource ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
  };
}

/** Runs the CLI with the state of a sandbox, whose `dev` stack is made where it is missing, or with that of `backend`. */
export async function pulumi(
  words: readonly string[],
  options: Options & { sandbox: string; backend?: Backend; say?: Say },
) {
  const { sandbox, backend, say, ...rest } = options;
  const env = pulumiEnvironment(await findCli(say), backend ?? sandboxBackend(sandbox));
  const run = (args: readonly string[], more: Options) =>
    execa("pulumi", args, { cwd: root, env, reject: false, ...more });
  if (backend === undefined && !existsSync(join(sandbox, "state", ".pulumi", "stacks", "supervised", "dev.json"))) {
    const made = await run(["stack", "init", "dev"], {});
    if (made.failed && !String(made.stderr).includes("already exists")) throw new Error(String(made.stderr));
  }
  const done = await run(words, rest);
  if (!done.failed || !(await wantsToCancel(words, String(done.stderr), say))) return done;
  await run(["cancel", "--yes", ...stackIn(words)], { stdio: "inherit" });
  return run(words, rest);
}

/** A run that was killed leaves its lock; whoever runs the next one is asked, or told how to let go of it. */
async function wantsToCancel(words: readonly string[], stderr: string, say: Say = () => {}): Promise<boolean> {
  const locks = locksIn(stderr);
  if (locks.length === 0) return false;
  say(describeLocks(locks, ["npm run pulumi -- cancel --yes", ...stackIn(words)].join(" ")));
  return areDead(locks) && process.stdin.isTTY && confirm({ message: "Let go of it, and run this again?" });
}

/** `--stack dev`, as it was said; nothing where the selected stack is meant. */
function stackIn(words: readonly string[]): string[] {
  const at = words.findIndex((word) => /^(-s|--stack)(=|$)/.test(word));
  return at < 0 ? [] : words.slice(at, words[at]!.includes("=") ? at + 1 : at + 2);
}

if (require.main === module) {
  const sandbox = process.env.SUPERVISED_SANDBOX ?? join(root, ".sandbox");
  const say: Say = (line) => console.error(line);
  // Ctrl-C reaches the CLI by the terminal: it decides how to end, and we end with it.
  process.on("SIGINT", () => {});
  // What it says of a lock is read here, too.
  const streams: Options = { stdin: "inherit", stdout: "inherit", stderr: ["inherit", "pipe"] };
  void pulumi(process.argv.slice(2), { sandbox, backend: namedBackend(process.env), say, ...streams }).then(
    ({ exitCode, signal }) => {
      process.exitCode = exitCode ?? (signal === "SIGINT" ? 130 : 1);
    },
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
