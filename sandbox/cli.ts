/** `npm run sandbox -- up [N] | down | status | ssh [HOST] -- CMD…` */
import { defineCommand, runMain } from "citty";
import { keyFiles } from "./keys";
import { defaultDirectory, Sandbox } from "./sandbox";

const dir = { type: "string", description: "Directory of the sandbox", default: defaultDirectory } as const;
const say = (line: string) => console.log(`  ${line}`);

const up = defineCommand({
  meta: { description: "Have N hosts run (1 unless told otherwise)" },
  args: { count: { type: "positional", required: false, default: "1", description: "How many" }, dir },
  async run({ args }) {
    if (!/^[1-9]\d?$/.test(args.count)) throw new Error(`N should be a number of hosts, 1 to 99 (got "${args.count}")`);
    const hosts = await new Sandbox(args.dir, say).up(Number(args.count));
    for (const { name, port, appPort } of hosts)
      console.log(
        `${name}: ssh -i ${keyFiles(args.dir).identity} -p ${port} root@127.0.0.1, app at http://127.0.0.1:${appPort}`,
      );
  },
});

const down = defineCommand({
  meta: { description: "Remove the hosts; --all also the repository, the keys and the stack's state" },
  args: { dir, all: { type: "boolean", description: "Remove the whole directory" } },
  run: async ({ args }) => new Sandbox(args.dir, say).down(args.all),
});

const status = defineCommand({
  meta: { description: "Tell which hosts there are" },
  args: { dir },
  async run({ args }) {
    const sandbox = new Sandbox(args.dir, say);
    if (sandbox.hosts.length === 0) console.log("no hosts: `npm run sandbox -- up` makes one");
    for (const host of sandbox.hosts) {
      const state = (await sandbox.isRunning(host)) ? "running" : "stopped";
      console.log(`${host.name}  ${state}  ssh 127.0.0.1:${host.port}  app http://127.0.0.1:${host.appPort}`);
    }
  },
});

const ssh = defineCommand({
  meta: { description: "Run CMD on host HOST (1 unless told otherwise) as root; its exit code is passed through" },
  args: { dir },
  async run({ args, rawArgs }) {
    const { host, words } = target(rawArgs);
    const options = { stdin: "inherit" as const, tty: process.stdin.isTTY && process.stdout.isTTY };
    const done = await new Sandbox(args.dir, say).exec(host, words, options);
    process.exitCode = done.exitCode ?? 1;
  },
});

/** `2 -- supervisorctl status` → host 2 and the words; without words a login shell. */
export function target(argv: readonly string[]): { host: number; words: string[] } {
  const at = argv.indexOf("--");
  const before = (at < 0 ? argv : argv.slice(0, at)).filter(
    (word, i, all) => !/^--?dir/.test(word) && all[i - 1] !== "--dir",
  );
  const words = at < 0 ? before.filter((word) => !/^\d+$/.test(word)) : argv.slice(at + 1);
  const host = before[0] !== undefined && /^\d+$/.test(before[0]) ? Number(before[0]) : 1;
  return { host, words: words.length > 0 ? words : ["bash", "-l"] };
}

if (require.main === module) {
  void runMain(
    defineCommand({
      meta: { name: "sandbox", description: "Throw-away hosts" },
      subCommands: { up, down, status, ssh },
    }),
  );
}
