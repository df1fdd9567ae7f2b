/**
 * `npm run bench [-- --quick]`: this project beside what people use today, in one run on the same hosts: the script by
 * hand, Ansible, pyinfra. Writes docs/performance.md and its chart. `--quick`: a host and a round of each, nothing is written.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { sandboxBackend } from "../toolchain/backend";
import { findCli } from "../toolchain/cli";
import { pulumiEnvironment } from "../toolchain/pulumi";
import { chartOf } from "./chart";
import { Field } from "./field";
import { type Run, type Scenario, spreadOf } from "./figures";
import { ganttOf } from "./gantt";
import { Memory } from "./memory";
import { writeBelow } from "./page";
import { Prober } from "./prober";
import { reportOf } from "./report";
import { type Beside, targetsOf } from "./targets";
import { type Span, Timeline } from "./timeline";
import { Ansible } from "./tools/ansible";
import { missingPlugin, RemoteCommands } from "./tools/command";
import { Pyinfra } from "./tools/pyinfra";
import { Script } from "./tools/script";
import { Supervised } from "./tools/supervised";
import type { Call, Tool } from "./tools/tool";

const root = join(__dirname, "..");
const directory = join(root, ".sandbox-bench", "compare");
const python = join(root, ".sandbox-bench", "peers");
/** With the collection that knows supervisor. */
const peers = ["ansible==12.3.0", "pyinfra==3.10.0"];
const quick = process.argv.includes("--quick");
const many = quick ? 2 : 8;
const say = (line: string) => console.log(`  ${line}`);

const field = new Field(directory, say);
const supervised = new Supervised("uv");
const tools: Tool[] = [new Script(), new Ansible(python), new Pyinfra(python), supervised, new Supervised("pip")];
const runs: Run[] = [];
const memory: { tool: string; scenario: Scenario; peak: number }[] = [];
const timelines: { name: string; title: string; spans: Span[] }[] = [];

/** How often each is measured: [hosts, round-trip time in ms, rounds by scenario]. */
const plan: [number, number, Partial<Record<Scenario, number>>][] = quick
  ? [[1, 0, { "first deploy": 1, "no-op": 1, "code-only": 1, "changed requirement": 1 }]]
  : [
      [1, 0, { "first deploy": 2, "no-op": 5, "code-only": 5, "changed requirement": 3 }],
      [1, 50, { "first deploy": 1, "no-op": 3, "code-only": 3, "changed requirement": 2 }],
      [many, 0, { "first deploy": 1, "no-op": 3, "code-only": 2, "changed requirement": 1 }],
      [many, 50, { "first deploy": 1, "no-op": 1, "code-only": 1, "changed requirement": 1 }],
    ];

async function main(): Promise<void> {
  const begun = Date.now();
  mkdirSync(directory, { recursive: true });
  await bringPeers();
  const missing = await missingPlugin();
  if (missing === undefined) tools.push(new RemoteCommands());
  else say(`NOT MEASURED: @pulumi/command, whose plugin can't be had here (${missing})`);
  try {
    await field.begin(quick ? 1 : many, python, tools);
    const beside = await measure();
    const minutes = (Date.now() - begun) / 60_000;
    writeFileSync(join(directory, "runs.json"), JSON.stringify({ runs, memory, beside, minutes }));
    const text = reportOf({
      missing,
      runs,
      memory,
      targets: targetsOf(runs, beside),
      beside,
      minutes,
      cores: availableParallelism(),
    });
    console.log(`\n${text}`);
    for (const { name, title, spans } of timelines)
      writeFileSync(join(quick ? directory : join(root, "docs"), `performance-${name}.svg`), ganttOf(title, spans));
    if (quick) return;
    writeFileSync(join(root, "docs", "performance.svg"), chartOf(runs));
    writeBelow(join(root, "docs", "performance.md"), text);
  } finally {
    await field.end();
  }
}

async function bringPeers(): Promise<void> {
  if (existsSync(join(python, "bin/pyinfra"))) return;
  say(`installs ${peers.join(" and ")} into an environment of their own`);
  rmSync(python, { recursive: true, force: true });
  await execa("python3", ["-m", "venv", python]);
  await execa(join(python, "bin/pip"), ["install", "--quiet", ...peers]);
}

async function measure(): Promise<Beside> {
  for (const [hosts, distance, rounds] of plan) {
    field.distance = distance;
    // The one with pip is only there to show what the installer makes out.
    const takingPart = hosts === 1 && distance === 0 ? tools : tools.filter(({ name }) => name !== "supervised, pip");
    for (const scenario of ["first deploy", "no-op", "code-only", "changed requirement"] as const)
      for (let round = 0; round < (rounds[scenario] ?? 0); round++)
        await roundOf(scenario, hosts, distance, rotated(takingPart, round));
    if (hosts === 1 && distance === 0) {
      await watchMemory();
      await watchTime();
    }
  }
  return besides();
}

/** Whoever begins has the caches of the machine against it: in each round it is another one. */
const rotated = <T>(all: readonly T[], by: number): T[] => all.map((_, i) => all[(i + by) % all.length]!);

let greeting = "";

async function roundOf(scenario: Scenario, hosts: number, distance: number, takingPart: readonly Tool[]) {
  if (scenario === "first deploy") for (const tool of takingPart) await field.forget(tool, hosts);
  if (scenario !== "no-op") greeting = await field.push(scenario === "changed requirement" ? "packages" : "code");
  for (const tool of takingPart) {
    const run = await runOf(tool, scenario, hosts, distance);
    runs.push(run);
    say(`${hosts} × ${distance} ms | ${scenario} | ${tool.name} | ${run.wall.toFixed(2)} s | paused ${run.pause} ms`);
  }
}

async function runOf(tool: Tool, scenario: Scenario, hosts: number, distance: number): Promise<Run> {
  const calls = await tool.deploy(hosts, scenario === "first deploy");
  field.takeTraffic(hosts);
  const prober = new Prober(tool.port, field.addressOf(1));
  try {
    const begun = Date.now();
    await Promise.all(calls.map((call) => run(call)));
    const wall = (Date.now() - begun) / 1000;
    const traffic = field.takeTraffic(hosts);
    await isThere(tool, hosts);
    const pause = scenario === "first deploy" ? 0 : prober.pauseSince(begun);
    return { tool: tool.name, scenario, hosts, distance, wall, pause, ...traffic };
  } finally {
    prober.stop();
  }
}

/** A figure of a tool that has not done its work counts nothing. */
async function isThere(tool: Tool, hosts: number): Promise<void> {
  for (let host = 1; host <= hosts; host++) {
    const prober = new Prober(tool.port, field.addressOf(host));
    try {
      const end = Date.now() + 30_000;
      while ((await prober.says()) !== greeting)
        if (Date.now() > end) throw new Error(`${tool.name}: host ${host} does not serve "${greeting}"`);
        else await sleep(100);
    } finally {
      prober.stop();
    }
  }
}

async function run({ words, cwd, env, stdin }: Call, watch?: (pid: number) => void): Promise<void> {
  const input = stdin === undefined ? { stdin: "ignore" as const } : { input: stdin };
  const running = execa(words[0]!, words.slice(1), { cwd, env, reject: false, all: true, ...input });
  watch?.(running.pid!);
  const { failed, all } = await running;
  if (failed) throw new Error(`${words.join(" ")} failed:\n${String(all).split("\n").slice(-40).join("\n")}`);
}

/** Apart from the timed runs: to look at the memory takes time itself. */
async function watchMemory(): Promise<void> {
  for (const scenario of ["no-op", "code-only"] as const) {
    if (scenario === "code-only") greeting = await field.push("code");
    for (const tool of tools) {
      const pids: number[] = [];
      const watched = new Memory(pids);
      await Promise.all((await tool.deploy(1, false)).map((call) => run(call, (pid) => pids.push(pid))));
      memory.push({ tool: tool.name, scenario, peak: watched.stop() });
    }
  }
}

/** Where the time of a run goes. */
async function watchTime(): Promise<void> {
  for (const scenario of ["no-op", "code-only"] as const) {
    if (scenario === "code-only") greeting = await field.push("code");
    const [call] = (await supervised.deploy(1)) as [Call];
    const trace = join(directory, "trace");
    rmSync(trace, { force: true });
    let timeline: Timeline | undefined;
    const begin = (pid: number) => {
      timeline = new Timeline(pid);
    };
    await run({ ...call, env: { ...call.env, SUPERVISED_TRACE: trace } }, begin);
    timelines.push({ name: scenario, title: `pulumi up, ${scenario}, one host`, spans: timeline!.stop(trace) });
  }
}

/**
 * Round trips that a no-op waits for: at a distance so great that nothing else counts beside it. How often the talk turns
 * is more, as nobody waits for what closes a channel.
 */
async function waits(): Promise<{ noOp: number; handshake: number }> {
  const distance = 500;
  const timed = async (act: () => Promise<unknown>) => {
    const times: number[] = [];
    for (const delay of [0, distance, 0, distance, 0]) {
      field.distance = delay;
      const begun = Date.now();
      await act();
      times.push(Date.now() - begun);
    }
    field.distance = 0;
    const near = spreadOf([times[0]!, times[2]!, times[4]!]).median;
    return (spreadOf([times[1]!, times[3]!]).median - near) / distance;
  };
  const noOp = await timed(async () => run((await supervised.deploy(1))[0]!));
  return { noOp, handshake: await timed(() => field.handshake()) };
}

async function besides(): Promise<Beside> {
  field.distance = 0;
  const pauses: number[] = [];
  for (let i = 0; i < (quick ? 1 : 5); i++) {
    const prober = new Prober(supervised.port, field.addressOf(1));
    await prober.says();
    const begun = Date.now();
    await field.on(field.hosts[0]!, `supervisorctl restart ${supervised.app}`);
    await prober.says();
    await sleep(500);
    pauses.push(prober.pauseSince(begun));
    prober.stop();
  }
  return { restart: spreadOf(pauses).median, engine: await emptyProgram(), watch: watched(), waits: await waits() };
}

/** Seconds that an update goes on after the new version first answered: it is watched before it counts as good. */
function watched(): number {
  const { spans } = timelines.find(({ name }) => name === "code-only")!;
  const { from, to } = spans.find(({ what }) => what.startsWith("activate"))!;
  const pauses = runs
    .filter((one) => one.tool === supervised.name && one.scenario === "code-only")
    .map((one) => one.pause);
  return (to - from - spreadOf(pauses).median) / 1000;
}

/** What Pulumi itself takes: an engine, a language host, a program without resources. */
async function emptyProgram(): Promise<number> {
  const path = join(directory, "empty");
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "Pulumi.yaml"), "name: empty\nruntime: { name: nodejs, options: { typescript: false } }\n");
  writeFileSync(join(path, "package.json"), '{ "main": "index.js" }');
  writeFileSync(join(path, "index.js"), 'require("@pulumi/pulumi");\n');
  await execa("ln", ["-s", join(root, "node_modules"), path]);
  const env = pulumiEnvironment(await findCli(), sandboxBackend(path));
  const words = ["up", "--yes", "--skip-preview", "--stack", "test", "--non-interactive"];
  await execa("pulumi", ["stack", "init", "test"], { cwd: path, env });
  const times: number[] = [];
  for (let i = 0; i < (quick ? 2 : 5); i++) {
    const begun = Date.now();
    await run({ words: ["pulumi", ...words], cwd: path, env });
    times.push((Date.now() - begun) / 1000);
  }
  return spreadOf(times).median;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
