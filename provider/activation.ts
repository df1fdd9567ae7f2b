import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { readProgram } from "../conf/program/read";
import type { Found } from "./commands/found";
import { goBack as backByHand, follow, type Job, type Outcome, start } from "./commands/release";
import type { Host } from "./commands/shell";
import { type Context, NotHealthy } from "./resource";

/** Seconds between the tries to find an activation again whose connection was lost. */
const waits = [0.5, 1, 2, 5, 10, 10, 15, 15, 30, 30];

/** Who the lock and the journal on the host name. */
export const who = (): string => `${userInfo().username}@${hostname()}`;

/** Starts an activation and stays with it to its end. Ctrl-C does not reach it: it runs on the host, and ends whole. */
export async function activate(host: Host, job: Job, found: Found, context: Context): Promise<void> {
  const told = new Told(context);
  const patience = patienceOf(job);
  try {
    const { exitCode, stderr } = await host.run(start(job, patience), { onLine: (line) => told.line(line) });
    if (exitCode === 75) throw new Busy(`${host.name}: ${stderr.trim()}`);
  } catch (error) {
    if (error instanceof Busy || told.outcome !== undefined) throw error;
    await find(host, job, patience, told, error as Error);
  }
  await conclude(host, job, found, told.outcome ?? { outcome: "unknown" }, context);
}

class Busy extends Error {}

/** Seconds after which it is asked for again: the longest that it may take, forth and back, one process after the other. */
function patienceOf({ conf, group, wait, startsecs, stopwaitsecs, margin, health, hooks }: Job): number {
  const processes = readProgram(conf, group)?.numprocs ?? 1;
  const start = startsecs + margin + (health?.timeout ?? 5);
  const own = hooks.reduce((sum, { timeout }) => sum + timeout, 0);
  return wait + own + 2 * (processes + 1) * (start + stopwaitsecs) + 300;
}

/** The connection was cut, perhaps: an activation that was started is never started twice, but followed. */
async function find(host: Host, job: Job, patience: number, told: Told, lost: Error): Promise<void> {
  for (const wait of waits) {
    await sleep(wait * 1000);
    told.again();
    try {
      const { exitCode } = await host.run(follow(job.app, job.id, patience), { onLine: (line) => told.line(line) });
      if (exitCode === 0) return;
      throw lost; // it was never started
    } catch (error) {
      if (error === lost) throw error;
    }
  }
  throw new NotHealthy(
    `${lost.message}\nThe activation goes on there and ends by itself: the next \`pulumi up\` sees what came of it.`,
  );
}

/** Brings the release before, for a rollout that failed elsewhere; what to tell of it. */
export async function goBack(host: Host, app: string, wait: number, before: Found): Promise<string> {
  if (!before.commit) return `${host.name}: it was the first release of ${app}: it stays`;
  await host.run(backByHand(app, wait));
  return `${host.name}: ${app} went back to ${short(before.commit)}`;
}

/** The lines of the activation as they come, each told once, however often they are read. */
class Told {
  outcome: Outcome | undefined;
  #seen = 0;
  #at = 0;

  constructor(readonly context: Context) {}

  again(): void {
    this.#at = 0;
  }

  line(text: string): void {
    const line = parse(text);
    if (line === undefined || ++this.#at <= this.#seen) return;
    this.#seen = this.#at;
    if (line.result !== undefined) this.outcome = line.result;
    if (line.step !== undefined) void this.context.status(line.step);
    if (line.say !== undefined) void this.context.log(line.say);
  }
}

function parse(text: string): { step?: string; say?: string; result?: Outcome } | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const short = (commit: string | null | undefined): string => commit?.slice(0, 7) ?? "nothing";

async function conclude(host: Host, job: Job, found: Found, outcome: Outcome, context: Context): Promise<void> {
  const { app, commit } = job;
  const what = `${host.name}: ${app}: the update to ${short(commit)}`;
  const cause = `${outcome.step ?? "start"}: ${outcome.cause ?? "it is not known why"}`;
  const log = (outcome.log ?? []).map((line) => `  | ${line}`);
  const tail = log.length > 0 ? ["last lines of its log:", ...log] : [];
  const fail = (...lines: string[]) => lines.join("\n");
  switch (outcome.outcome) {
    case "done": {
      const range = found.commit === commit ? short(commit) : `${short(found.commit)} → ${short(commit)}`;
      const ended = job.start ? paused(outcome) : "left stopped";
      return context.log(`${app}: ${range} on ${host.name}, ${ended}`);
    }
    case "refused":
      throw new Error(fail(`${what} was refused at ${cause}`, "Nothing was touched."));
    case "rolled-back":
      throw new Error(fail(`${what} failed at ${cause}`, ...tail, after(outcome)));
    case "stuck":
      throw new NotHealthy(
        fail(
          `${what} failed at ${cause}`,
          ...tail,
          `It could not be rolled back: ${outcome.missing?.join("; ") ?? "see the journal"}. The next run tries again.`,
        ),
      );
    case "unknown":
      throw new NotHealthy(fail(`${what} was ended in the middle. The next run, or the next boot, finishes it.`));
  }
}

function after({ before, unhealthy, supervisord }: Outcome): string {
  if (supervisord === "down")
    return "The version before is in place; supervisord is down, its next start brings it up.";
  if (unhealthy !== undefined) return `The version before is in place but not healthy: ${unhealthy}`;
  return before === null ? "It was the first release: the host is as it was before." : "The version before is back.";
}

function paused({ before, pause, one_by_one }: Outcome): string {
  if (before === null) return "started";
  const way = one_by_one === undefined ? "" : `${one_by_one} processes restarted one by one, `;
  return `${way}paused ${pause ?? "an unknown number of"} ms`;
}
