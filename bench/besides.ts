import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Field } from "./field";
import { spreadOf } from "./figures";
import { plainProject } from "./plainProject";
import { Prober } from "./prober";
import { run } from "./run";
import type { Span } from "./timeline";
import type { Supervised } from "./tools/supervised";
import type { Call } from "./tools/tool";

/** What else is measured in the same run. */
export interface Beside {
  /** Milliseconds that a bare `supervisorctl restart` of our app pauses it. */
  restarts: number[];
  /** Seconds of `pulumi up` with an empty program. */
  engines: number[];
  /** Seconds of `pulumi up` without a change, with as many resources as ours has on all hosts, which do nothing. */
  idles: number[];
  /** Seconds of `pulumi preview` where nothing has changed. */
  previews: number[];
  /** Milliseconds until our plugin answers the engine. */
  plugins: number[];
  /** Seconds that an update watches the new version, after its first answer, before it counts as good. */
  watch: number | undefined;
  /** Round trips that are waited for: in a no-op, and for a connection that is only made. */
  waits: { noOp: number; handshake: number; turns: number } | undefined;
}

/** Nothing is measured yet. */
export const nothingBeside = (): Beside => ({
  restarts: [],
  engines: [],
  idles: [],
  previews: [],
  plugins: [],
  watch: undefined,
  waits: undefined,
});

/** Seconds that a command takes. */
export async function secondsOf(call: Call): Promise<number> {
  const begun = Date.now();
  await run(call);
  return (Date.now() - begun) / 1000;
}

/** Milliseconds that a bare `supervisorctl restart` of our app pauses it. */
export async function restartOf(field: Field, { app, port }: Supervised): Promise<number> {
  const prober = new Prober(port, field.addressOf(1));
  try {
    await prober.says();
    const begun = Date.now();
    await field.on(field.hosts[0]!, `supervisorctl restart ${app}`);
    await prober.says();
    await sleep(500);
    return prober.pauseSince(begun);
  } finally {
    prober.stop();
  }
}

/** What Pulumi itself takes: an engine, a language host, a program without resources. */
export async function emptyProgram(directory: string): Promise<Call> {
  const call = await plainProject(join(directory, "empty"), "empty", 'require("@pulumi/pulumi");');
  return call("up", "--yes", "--skip-preview");
}

/** What Pulumi itself takes for as many resources as our stack of so many hosts has: components, of which no plugin is asked. */
export async function idleProgram(directory: string, supervised: Supervised, hosts: number): Promise<Call> {
  const said = await run(await supervised.preview(hosts));
  const count = Number(/(\d+) unchanged/.exec(said)?.[1]);
  if (!(count > 0)) throw new Error(`our preview does not say how many resources are unchanged:\n${said}`);
  const script = `const { ComponentResource } = require("@pulumi/pulumi");
for (let i = 0; i < ${count}; i++) new ComponentResource("bench:index:Nothing", "nothing" + i);`;
  const call = (await plainProject(join(directory, "idle"), "idle", script))("up", "--yes", "--skip-preview");
  await run(call);
  return call;
}

/** Milliseconds from the start of our plugin to the port that it tells the engine. */
export async function pluginStart(): Promise<number> {
  const begun = performance.now();
  const plugin = spawn(join(__dirname, "..", "provider", "pulumi-resource-host"), ["127.0.0.1:1"]);
  try {
    await once(plugin.stdout, "data");
    return Math.round(performance.now() - begun);
  } finally {
    plugin.kill();
  }
}

/**
 * Round trips that a no-op waits for, and a connection that is only made: at a distance so great that nothing else counts
 * beside it. How often the talk turns is more, as nobody waits for what closes a channel.
 */
export async function waitsOf(field: Field, supervised: Supervised): Promise<NonNullable<Beside["waits"]>> {
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
  const handshake = await timed(() => field.handshake());
  return { noOp, handshake, turns: await field.handshake() };
}

/** Of the spans of one update and the pauses of those like it. */
export function watchedOf(spans: readonly Span[], pauses: readonly number[]): number | undefined {
  const activation = spans.find(({ what }) => what.startsWith("activate"));
  if (activation === undefined || pauses.length === 0) return undefined;
  return (activation.to - activation.from - spreadOf(pauses).median) / 1000;
}
