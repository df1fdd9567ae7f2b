/** `npm run hosts -- trust NAME [--stack S] [--yes]`, `npm run hosts -- check [NAME] [--stack S]` */
import { join } from "node:path";
import confirm from "@inquirer/confirm";
import { defineCommand, runMain } from "citty";
import { Pool } from "../provider/ssh/pool";
import { check as checkHosts } from "./check";
import { Stack } from "./stack";
import { trust as trustHost, type Voice } from "./trust";

const root = process.env.SUPERVISED_ROOT ?? join(__dirname, "..");
const stack = {
  type: "string",
  description: "The stack whose file is meant",
  default: process.env.PULUMI_STACK ?? "dev",
} as const;
const say = (line: string) => console.log(line);

/** One sentence for what went wrong, and no stack trace. */
async function told(work: (pool: Pool) => Promise<boolean>): Promise<void> {
  const pool = new Pool();
  try {
    if (!(await work(pool))) process.exitCode = 1;
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  } finally {
    await pool.close();
  }
}

const voice = (yes: boolean): Voice => ({
  say,
  ask: (message) => {
    if (yes) return Promise.resolve(true);
    if (process.stdin.isTTY) return confirm({ message, default: false });
    throw new Error("there is no terminal to ask on: compare the fingerprint, then say --yes");
  },
});

const trust = defineCommand({
  meta: { description: "Show the keys of a host, and write the one that you trust into the stack's file" },
  args: {
    name: { type: "positional", required: true, description: "The host's name in the settings" },
    stack,
    yes: { type: "boolean", description: "Ask nothing" },
  },
  run: ({ args }) => told((pool) => trustHost(new Stack(root, args.stack), pool, args.name, voice(args.yes === true))),
});

const check = defineCommand({
  meta: { description: "Log in to the hosts, become root there, and tell what works" },
  args: { name: { type: "positional", required: false, description: "One host; all unless told otherwise" }, stack },
  run: ({ args }) =>
    told(async (pool) => {
      const hosts = new Stack(root, args.stack);
      const failed = await checkHosts(hosts, pool, args.name === undefined ? hosts.hosts : [args.name], say);
      return failed.length === 0;
    }),
});

void runMain(
  defineCommand({ meta: { name: "hosts", description: "The hosts of a stack" }, subCommands: { trust, check } }),
);
