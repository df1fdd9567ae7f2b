/**
 * `npm run bench:fleet [-- HOSTS[:end]…]`: how large one stack may be. One real host is deployed to and its answers are
 * recorded; then as many hosts as are asked for answer the same, over SSH of their own. All on this side of the hosts is
 * real. They answer at once, so that what is left is our own time; PACE=1 has them take as long as the recorded one.
 * RECORDED=1 goes on with the recording and the figures of the run before. Where all cases of docs/state.md have been
 * measured, its table is written.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { openSshPair } from "../sandbox/keys";
import { keyFiles, Sandbox } from "../sandbox/sandbox";
import type { Job, Told } from "./hosts";
import { tableOf, writeBelow } from "./page";
import { type Measured, Project } from "./project";
import type { Recording } from "./recording";

const root = join(__dirname, "..");
const directory = join(root, ".sandbox-bench");
const app = "fleetapp";
const recording = join(directory, "recording.json");
const figuresFile = join(directory, "figures.jsonl");
const pace = Number(process.env.PACE ?? 0);
const say = (line: string) => console.log(`  ${line}`);

/** How many hosts, and when the engine saves the state: after each step, as it does by itself, or at its end alone. */
type Case = `${number}:${"step" | "end"}`;
/** Those of the page. */
const usual: Case[] = ["10:step", "50:step", "50:end", "100:end", "200:end"];

interface Fleet {
  hosts: Job["hosts"];
  port: number;
  /** How the hosts were used so far. */
  told(): Promise<Extract<Told, { made: number }>>;
  end(): void;
}

const { privateKey: hostKey, publicKey } = openSshPair();

async function fleetOf(count: number, upstream?: Job["upstream"]): Promise<Fleet> {
  const hosts = Array.from({ length: count }, (_, i) => ({
    label: `fleet${String(i + 1).padStart(4, "0")}`,
    address: `127.0.${100 + Math.floor(i / 200)}.${(i % 200) + 1}`,
  }));
  const allowed = readFileSync(`${keyFiles(directory).identity}.pub`, "utf8");
  const job: Job = { hosts, hostKey, allowed, file: recording, pace, upstream };
  const env = { ...process.env, BENCH_HOSTS: JSON.stringify(job) };
  const child = fork(join(__dirname, "hosts.ts"), { execArgv: ["--import", "tsx"], env });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const told = async () => {
    child.send("?");
    return (await once(child, "message"))[0] as Extract<Told, { made: number }>;
  };
  return { hosts, port, told, end: () => child.disconnect() };
}

/** One app on all hosts, with what apps usually have: an environment, a conf, an alias, a health check. */
async function projectFor({ hosts, port }: Fleet, name: string): Promise<Project> {
  const project = new Project(join(directory, "projects", name), "fleet");
  const way = { port, sshConfig: false, privateKeyFile: keyFiles(directory).identity, hostKey: publicKey };
  const settings = {
    hosts: hosts.map(({ label }) => label),
    repository: "file:///srv/git/exampleapp.git",
    program: { command: "venv/bin/python -m http.server 8000", directory: "src" },
    health: { url: "http://127.0.0.1:8000/" },
    rollout: { canary: 1, batch: "25%" },
  };
  const connections = hosts.map(({ label, address }) => [label, { host: address, ...way }]);
  await project.configure(Object.fromEntries(connections), { [app]: settings });
  return project;
}

/** What is measured, in this order, on hosts that have Debian's packages and nothing of the app. */
const runs: [string, string[]][] = [
  ["first `up`", ["up", "--yes", "--skip-preview"]],
  ["preview, no change", ["preview", "--expect-no-changes"]],
  ["`up`, no change", ["up", "--yes", "--skip-preview", "--expect-no-changes"]],
];

/** pip's work on a host is no matter of the fleet's size either: the sample app without what it stands on. */
async function withoutDependencies(): Promise<void> {
  const git = (...words: string[]) => execa("git", ["-C", join(directory, "app"), ...words]);
  writeFileSync(join(directory, "app", "requirements.txt"), "");
  await git("commit", "--quiet", "--all", "--message", "Without dependencies");
  await git("push", "--quiet");
}

/** The answers of a real host, one after the other, so that it is known what each follows from. */
async function record(sandbox: Sandbox): Promise<void> {
  const [host] = await sandbox.up(1);
  await withoutDependencies();
  say("brings Debian's packages to the host: waiting for them is no matter of the fleet's size");
  await sandbox.bring(host!, "git", "python3", "python3-venv", "supervisor");
  await sandbox.exec(host!, ["sh", "-c", "supervisord -c /etc/supervisor/supervisord.conf || supervisorctl status"]);
  say("deploys to it, and records what it answers");
  const upstream = { port: host!.port, privateKey: readFileSync(keyFiles(directory).identity, "utf8") };
  const one = await fleetOf(1, upstream);
  try {
    const project = await projectFor(one, "recorded");
    for (const words of [["preview"], ...runs.map(([, words]) => words)])
      await project.run([...words, "--parallel", "1"]);
  } finally {
    one.end();
  }
}

async function measure(one: Case): Promise<void> {
  const [count = "", saved = "step"] = one.split(":");
  const fleet = await fleetOf(Number(count));
  const project = await projectFor(fleet, `fleet-${count}-${saved}`);
  let before = 0;
  try {
    for (const [name, words] of runs) {
      const measured = await project.run(words, saved === "end" ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {});
      const { made, most, handshakes, unknown } = await fleet.told();
      if (unknown.length > 0) throw new Error(`the recorded host was never asked: ${unknown[0]!.slice(0, 500)}`);
      const row = [Number(count), saved, name, ...figures(measured), made - before, most, handshakes];
      appendFileSync(figuresFile, `${JSON.stringify(row)}\n`);
      before = made;
      say(row.join(" | "));
    }
  } finally {
    fleet.end();
  }
}

function figures({ wall, uses, state }: Measured): string[] {
  const { engine, program, plugin } = uses;
  const each = (pick: (use: typeof engine) => number) =>
    [engine, program, plugin].map((use) => pick(use).toFixed(0)).join(" / ");
  return [
    wall.toFixed(0),
    each(({ cpu }) => cpu),
    each(({ memory }) => memory),
    `${engine.files} / ${plugin.files}`,
    state.toFixed(1),
    engine.written.toFixed(0),
  ];
}

const head = [
  "hosts",
  "state saved at",
  "run",
  "s",
  "CPU s: engine / program / plugin",
  "MiB at most: engine / program / plugin",
  "open files: engine / plugin",
  "state MiB",
  "written by the engine MiB",
  "connections",
  "at once",
  "not logged in at once",
];

async function bringRecording(): Promise<void> {
  if (process.env.RECORDED) return;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const sandbox = new Sandbox(directory, say);
  try {
    await record(sandbox);
  } finally {
    await sandbox.down();
  }
}

/** What the hosts' own part is, which the figures are without. */
function told(): string {
  const answers = Object.values(JSON.parse(readFileSync(recording, "utf8")) as Recording).flat();
  const took = answers.map((answer) => answer.took / 1000).sort((a, b) => b - a);
  const sum = (some: readonly number[]) => some.reduce((all, one) => all + one, 0).toFixed(0);
  return `The hosts answered at once; the recorded one took ${sum(took)} s for its first deployment, ${sum(took.slice(0, 2))} s of them for the environment and the activation.`;
}

async function main(): Promise<void> {
  await bringRecording();
  const asked = process.argv.slice(2).map((word) => (word.includes(":") ? word : `${word}:step`) as Case);
  for (const one of asked.length > 0 ? asked : usual) await measure(one);
  const rows = readFileSync(figuresFile, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown[]);
  const of = (one: Case) => rows.filter(([count, saved]) => `${count}:${saved}` === one);
  const table = tableOf(head, asked.length > 0 ? asked.flatMap(of) : usual.flatMap(of));
  console.log(`\n${table}\n`);
  if (!usual.every((one) => of(one).length === runs.length)) return;
  const where = `Measured on ${availableParallelism()} cores with Pulumi's own degree of parallelism, four for each core.`;
  writeBelow(join(root, "docs", "state.md"), `${where} ${told()}\n\n${tableOf(head, usual.flatMap(of))}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
