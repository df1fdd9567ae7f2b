import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { Prober } from "../../../bench/prober";
import { sandbox } from "../places";
import { Repository } from "../repository";
import { type Config, connectionTo, on, type Ran, Stack, tiny } from "../stack";
import { addRow, type Row } from "./report";
import { type Files, good } from "./versions";

/** What is expected of a fault. */
export interface Fate {
  serves: "old" | "new";
  /** What the user must be told. */
  tells: RegExp;
  /** @default that of `serves`: 0 for the new version, another for the old */
  fails?: boolean;
  /** Most milliseconds without an answer. @default no limit */
  pause?: number;
}

export interface WorldArgs {
  host?: number;
  settings?: Config;
}

/** One app on a real host, asked all the time, whose updates meet faults. Every case begins with a good version. */
export class World {
  readonly repository: Repository;
  readonly stack: Stack;
  readonly host: number;
  prober!: Prober;
  /** Another way to the host than the direct one. */
  way: Config = {};
  #version = 0;
  #begun = 0;

  constructor(
    readonly app: string,
    readonly args: WorldArgs = {},
  ) {
    this.host = args.host ?? 1;
    this.repository = new Repository(app);
    this.stack = new Stack(app);
  }

  get state(): string {
    return `/var/lib/supervised/${this.app}`;
  }

  /** The version that served before the fault. */
  get old(): string {
    return `${this.app} ${this.#version}`;
  }

  async begin(): Promise<void> {
    this.configure();
    const up = await this.#deployNext();
    expect(up.exitCode, up.text).toBe(0);
    this.prober = new Prober(sandbox.host(this.host).appPort);
    expect(await this.prober.says()).toBe(this.old);
  }

  async end(): Promise<void> {
    this.prober.stop();
    const destroy = await this.stack.destroy();
    expect(destroy.exitCode, destroy.text).toBe(0);
  }

  /** Settings of the app, with `more` for one case. */
  configure(more: Config = {}): void {
    const name = sandbox.host(this.host).name;
    const health = { url: "http://127.0.0.1:8000/", timeout: 5 };
    const settings = { hosts: [name], health, ...this.args.settings, ...more };
    const app = tiny(this.repository.url, 8000, settings);
    if ("conf" in more) delete app.program;
    const hosts = { [name]: { ...connectionTo(sandbox.host(this.host)), ...this.way } };
    this.stack.configure({ hosts, apps: { [this.app]: app } });
  }

  /** A good version serves, whatever the case before has left. */
  async ready(): Promise<void> {
    if ((await this.prober.says(100)) === this.old) return;
    await this.letGo();
    this.configure();
    const up = await this.#deployNext();
    expect(up.exitCode, up.text).toBe(0);
  }

  push(files: Files, message = "A version"): string {
    return this.repository.push(files, message);
  }

  /** A good version that is not released yet. */
  pushNew(): string {
    return this.push(good("new"), "New");
  }

  on(line: string): Promise<string> {
    return on(this.host, line);
  }

  /** `up`, watched from its beginning. */
  up(options: Parameters<Stack["run"]>[1] = {}): Promise<Ran> {
    this.#begun = Date.now();
    return this.stack.run(["up", "--yes", "--skip-preview"], options);
  }

  /** Breaks the next activation: `kill:STEP`, `fail:STEP`, `hang:STEP`. */
  async fault(what: string): Promise<void> {
    await this.on(
      `mkdir -p ${this.state} && rm -f ${this.state}/fault-reached && printf '%s' '${what}' >${this.state}/fault`,
    );
  }

  /** When the activation of `run` hangs where it was told to. A run that ends before is told with what it says, not waited for. */
  async reached(run: Promise<Ran | string>): Promise<void> {
    const waited = this.on(
      `i=0; until [ -e ${this.state}/fault-reached ]; do i=$((i + 1)); [ "$i" -lt 1200 ] || { echo never; exit; }; sleep 0.05; done`,
    );
    const ended = run.then((ran) => `it ended before:\n${typeof ran === "string" ? ran : ran.text}`);
    expect(await Promise.race([waited, ended])).toBe("");
  }

  /** An update of a new version that waits at `step` until `act` has done its worst. */
  async meet(step: string, act: () => Promise<unknown>, onStart?: (pid: number) => void): Promise<Ran> {
    this.pushNew();
    this.configure();
    await this.fault(`hang:${step}`);
    const running = this.up({ onStart });
    await this.reached(running);
    await act();
    await this.letGo();
    return running;
  }

  async letGo(): Promise<void> {
    await this.on(`rm -f ${this.state}/fault ${this.state}/fault-reached`);
  }

  /** Nobody is at it any more. */
  async quiet(): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100))
      if ((await this.on(`flock -n ${this.state}/lock true && echo free`)) === "free") return;
    throw new Error(`${this.app}: its lock is held for ever`);
  }

  /** Judges what came of a fault: what serves, what was said, that a boot would work, that the next `up` converges. */
  async judge(fault: string, step: string, ran: Ran, fate: Fate): Promise<Row> {
    await this.quiet();
    const said = await this.prober.says();
    const pause = this.prober.pauseSince(this.#begun);
    const serves = said === this.old ? "the old version" : said === undefined ? "DOWN" : "the new version";
    const boots = await this.boots();
    const left = await this.on(`ls ${this.state}/open /etc/supervisor/conf.d/${this.app}-recover.conf 2>/dev/null`);
    const message = fate.tells.exec(ran.text)?.[0] ?? "";
    await this.letGo();
    this.configure();
    const next = await this.#deployNext();
    const converges = next.exitCode === 0 && (await this.prober.says()) === this.old;
    const exitCode = ran.exitCode ?? "killed";
    const row: Row = { fault, step, serves, pause, exitCode, message, boots, converges };
    addRow(row);
    expect(message, ran.text).not.toBe("");
    const wanted = fate.serves === "old" ? "the old version" : "the new version";
    expect({ serves, boots, left }, ran.text).toEqual({ serves: wanted, boots: true, left: "" });
    expect(converges, next.text).toBe(true);
    expect(ran.exitCode === 0, ran.text).toBe(!(fate.fails ?? fate.serves === "old"));
    if (fate.pause !== undefined) expect(pause, ran.text).toBeLessThanOrEqual(fate.pause);
    return row;
  }

  /** What `supervisord -c` says of the configuration, without starting anything. */
  async boots(): Promise<boolean> {
    const program =
      "from supervisor.options import ServerOptions as O; o = O(); o.realize(['-c', '/etc/supervisor/supervisord.conf'])";
    return (await this.on(`python3 -c "${program}" >/dev/null 2>&1; echo $?`)) === "0";
  }

  /** A plain `up` of a good version; it is the old one of the next case. */
  #deployNext(): Promise<Ran> {
    this.#version++;
    this.push(good(this.old), this.old);
    return this.stack.up();
  }
}
