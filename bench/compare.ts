/**
 * `npm run bench [-- --quick | --tools … --scenarios … --hosts … --distances … --minutes N]`: this project beside what people
 * use today, in one run on the same hosts: the script by hand, Ansible, pyinfra. Writes docs/performance.md and its charts;
 * of a part of it (a host and a round of each with `--quick`), it only prints.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import {
  emptyProgram,
  idleProgram,
  nothingBeside,
  pluginStart,
  restartOf,
  secondsOf,
  waitsOf,
  watchedOf,
} from "./besides";
import { chartOf } from "./chart";
import { Field } from "./field";
import type { Run, Scenario } from "./figures";
import { ganttOf } from "./gantt";
import { Memory } from "./memory";
import { writeBelow } from "./page";
import { Budget, type Place, planOf } from "./plan";
import { Prober } from "./prober";
import { reportOf } from "./report";
import { run } from "./run";
import { targetsOf } from "./targets";
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
const say = (line: string) => console.log(`  ${line}`);

const plan = planOf(process.argv.slice(2));
const budget = new Budget(plan.minutes);
const told = (line: string) => say(`${budget.spent.toFixed(1)} min | ${line}`);
const field = new Field(directory, say);
const supervised = new Supervised("uv");
const all: Tool[] = [new Script(), new Ansible(python), new Pyinfra(python), supervised, new Supervised("pip")];
const runs: Run[] = [];
const memory: { tool: string; scenario: Scenario; peak: number }[] = [];
const timelines: { name: string; title: string; spans: Span[] }[] = [];
const beside = nothingBeside();

async function main(): Promise<void> {
  mkdirSync(directory, { recursive: true });
  await bringPeers();
  const missing = await missingPlugin();
  if (missing === undefined) all.push(new RemoteCommands());
  else say(`NOT MEASURED: @pulumi/command, whose plugin can't be had here (${missing})`);
  const tools = all.filter(({ name }) => plan.tools?.includes(name) ?? true);
  if (tools.length === 0) throw new Error(`--tools are ${all.map(({ name }) => name).join(", ")}`);
  try {
    await field.begin(Math.max(...plan.places.map(({ hosts }) => hosts)), python, tools);
    await measure(tools);
  } catch (error) {
    // What was measured until then is as true as before.
    budget.left.push(`all that comes after a failure (${(error as Error).message.split("\n")[0]})`);
    console.error((error as Error).message);
    process.exitCode = 1;
  } finally {
    await field.end();
    for (const name of budget.left) say(`LEFT OUT of ${plan.minutes} minutes: ${name}`);
  }
  if (runs.length === 0) return;
  const [minutes, cores, left] = [budget.spent, availableParallelism(), budget.left];
  writeFileSync(join(directory, "runs.json"), JSON.stringify({ runs, memory, beside, minutes, left }));
  const text = reportOf({ missing, left, runs, memory, targets: targetsOf(runs, beside), beside, minutes, cores });
  console.log(`\n${text}`);
  const place = plan.isWhole ? join(root, "docs") : directory;
  for (const { name, title, spans } of timelines)
    writeFileSync(join(place, `performance-${name}.svg`), ganttOf(title, spans));
  writeFileSync(join(place, "performance.svg"), chartOf(runs));
  if (plan.isWhole) writeBelow(join(place, "performance.md"), `${pictures}\n\n${text}`);
}

const pictures = `![Seconds by tool and job](performance.svg)

![Where the time of a run without changes goes](performance-no-op.svg)

![Where the time of an update of code goes](performance-code-only.svg)`;

async function bringPeers(): Promise<void> {
  if (existsSync(join(python, "bin/pyinfra"))) return;
  say(`installs ${peers.join(" and ")} into an environment of their own`);
  rmSync(python, { recursive: true, force: true });
  await execa("python3", ["-m", "venv", python]);
  await execa(join(python, "bin/pip"), ["install", "--quiet", ...peers]);
}

/** On how many hosts all tools have their apps, in the version that was pushed last. */
let settled = 0;

async function measure(tools: readonly Tool[]): Promise<void> {
  for (const place of plan.places) {
    // The one with pip is only there to show what the installer makes out.
    const takingPart =
      place.hosts === 1 && place.distance === 0 ? tools : tools.filter(({ name }) => name !== "supervised, pip");
    for (const [scenario, rounds] of Object.entries(place.rounds) as [Scenario, number][])
      for (let round = 0; round < rounds; round++) await roundOf(scenario, place, rotated(takingPart, round));
    if (place.hosts > 1 || place.distance > 0) continue;
    await budget.spend("memory", "memory", () => watchMemory(tools));
    told("memory");
    if (tools.includes(supervised)) await budget.spend("time", "where the time goes", watchTime);
  }
}

/** Whoever begins has the caches of the machine against it: in each round it is another one. */
const rotated = <T>(some: readonly T[], by: number): T[] => some.map((_, i) => some[(i + by) % some.length]!);

let greeting = "";

async function roundOf(scenario: Scenario, { hosts, distance }: Place, tools: readonly Tool[]): Promise<void> {
  const kind = (count: number) => `${scenario} on ${count}`;
  const act = async () => {
    if (scenario !== "first deploy" && settled !== hosts) await settle(hosts, tools);
    if (scenario !== "no-op") greeting = await field.push(scenario === "changed requirement" ? "packages" : "code");
    for (const tool of tools) {
      if (scenario === "first deploy") await forget(tool);
      const one = await runOf(tool, scenario, hosts, distance);
      runs.push(one);
      const [wall, pause] = [`${one.wall.toFixed(2)} s`, `paused ${one.pause} ms`];
      told(`${hosts} × ${distance} ms | ${scenario} | ${tool.name} | ${wall} | ${pause}`);
    }
    settled = hosts;
    if (distance > 0 || !tools.includes(supervised)) return;
    if (hosts === 1) await besides(scenario);
    else if (scenario === "no-op") {
      idle ??= await idleProgram(directory, supervised, hosts);
      beside.idles.push(await secondsOf(idle));
    }
  };
  const guess = hosts > 1 ? 3 * budget.tookFor(kind(1)) : 0;
  await budget.spend(kind(hosts), `${scenario} on ${hosts} at ${distance} ms`, act, guess);
}

/** What the figures stand beside, in the same rounds as they: the machine is as fast, the hosts are as busy. */
async function besides(scenario: Scenario): Promise<void> {
  if (scenario === "no-op") {
    empty ??= await emptyProgram(directory);
    beside.engines.push(await secondsOf(empty));
    beside.plugins.push(await pluginStart());
    beside.previews.push(await secondsOf(await supervised.preview(1)));
    beside.waits ??= await waitsOf(field, supervised);
  }
  if (scenario === "code-only") for (let i = 0; i < 3; i++) beside.restarts.push(await restartOf(field, supervised));
}

let empty: Call | undefined;
let idle: Call | undefined;

/** Without a figure: what is there is what the next ones begin with. */
async function settle(hosts: number, tools: readonly Tool[]): Promise<void> {
  field.distance = 0;
  greeting = await field.push("code");
  for (const tool of tools) {
    await forget(tool);
    await Promise.all((await tool.deploy(hosts, true)).map((call) => run(call)));
    await isThere(tool, hosts);
  }
}

/** On all hosts: those of another place are free for it then. */
async function forget(tool: Tool): Promise<void> {
  field.distance = 0;
  await field.forget(tool, field.hosts.length);
}

async function runOf(tool: Tool, scenario: Scenario, hosts: number, distance: number): Promise<Run> {
  field.distance = distance;
  const calls = await tool.deploy(hosts, scenario === "first deploy");
  field.takeTraffic(hosts);
  const prober = new Prober(tool.port, field.addressOf(1));
  try {
    const begun = Date.now();
    const [said = ""] = await Promise.all(calls.map((call) => run(call)));
    const ended = Date.now();
    const wall = (ended - begun) / 1000;
    const traffic = field.takeTraffic(hosts);
    await isThere(tool, hosts);
    const pause = scenario === "first deploy" ? 0 : prober.pauseSince(begun);
    const packages = scenario === "changed requirement" ? tool.packages?.(said) : undefined;
    const phases = scenario === "no-op" ? tool.phases?.(begun, ended) : undefined;
    return { tool: tool.name, scenario, hosts, distance, wall, pause, packages, phases, ...traffic };
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

/** Apart from the timed runs: to look at the memory takes time itself. */
async function watchMemory(tools: readonly Tool[]): Promise<void> {
  field.distance = 0;
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
  field.distance = 0;
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
  beside.watch = watchedOf(
    timelines.find(({ name }) => name === "code-only")!.spans,
    runs.filter((one) => one.tool === supervised.name && one.scenario === "code-only").map((one) => one.pause),
  );
  // It is the only one that has the last version.
  settled = 0;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
