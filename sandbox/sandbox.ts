import { randomBytes, randomInt } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa, type ResultPromise } from "execa";
import { install } from "../provider/commands/apt";
import { render } from "../provider/commands/shell";
import * as chroot from "./chroot";
import {
  freePorts,
  isRunning,
  killContainer,
  mountsOf,
  removeContainer,
  runContainer,
  startContainer,
} from "./container";
import { ask, type Engine, findEngine, type Say } from "./engine";
import { hostImage } from "./image";
import { hostKey, keyFiles, writeKnownHosts } from "./keys";
import { choosePort } from "./ports";
import { sampleRepository } from "./repository";
import { defaultDirectory, readState, type SandboxHost, type SandboxState, writeState } from "./state";

export { keyFiles } from "./keys";
export { defaultDirectory, type SandboxHost } from "./state";

/** Throw-away hosts, and the repository that they fetch from; everything about them is in one directory. */
export class Sandbox {
  readonly directory: string;
  readonly #say: Say;
  readonly #small: Readonly<Record<string, number>>;
  #engine: Promise<Engine | undefined> | undefined;

  /** `small`: filesystems that new hosts are given in memory, MiB by path, for disks that fill up. */
  constructor(directory: string = defaultDirectory, say: Say = () => {}, small: Record<string, number> = {}) {
    this.directory = resolve(directory);
    this.#say = say;
    this.#small = small;
  }

  /** How its hosts are run; undefined before it has any. */
  get engine(): SandboxState["engine"] | undefined {
    return readState(this.directory)?.engine;
  }

  get hosts(): readonly SandboxHost[] {
    return readState(this.directory)?.hosts ?? [];
  }

  /** Has at least `count` hosts run; those that are there stay as they are. */
  async up(count = 1): Promise<readonly SandboxHost[]> {
    mkdirSync(this.directory, { recursive: true });
    await sampleRepository(this.directory);
    const engine = await this.#containers();
    const state = readState(this.directory) ?? {
      id: randomBytes(3).toString("hex"),
      engine: engine?.name ?? "chroot",
      hosts: [],
    };
    if (engine !== undefined) await freePorts(engine);
    const image = engine === undefined ? "" : await hostImage(engine, this.#say);
    for (let number = 0; number < Math.max(count, state.hosts.length); number++) {
      const host = state.hosts[number];
      if (host !== undefined && (await this.#runs(state, host))) continue;
      state.hosts[number] = await this.#make(state, number, image);
      writeState(this.directory, state);
    }
    writeKnownHosts(this.directory, state.hosts);
    await Promise.all(state.hosts.map(({ port, name }) => sshAnswers(port, name)));
    return state.hosts;
  }

  /** Removes the hosts, and with `everything` the directory too. Only what this sandbox made. */
  async down(everything = false): Promise<void> {
    const state = readState(this.directory);
    for (const host of state?.hosts ?? []) {
      if (state?.engine === "chroot") await chroot.remove(host);
      else await removeContainer(await this.#engineOf(), host);
    }
    rmSync(join(this.directory, "sandbox.json"), { force: true });
    if (everything) rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs words on a host as root. */
  async exec(host: SandboxHost | number, words: readonly string[], options: { stdin?: "inherit"; tty?: boolean } = {}) {
    const target = typeof host === "number" ? this.host(host) : host;
    const inherit = options.stdin === "inherit";
    const stdio = inherit ? (["inherit", "inherit", "inherit"] as const) : undefined;
    const run = (command: string, rest: readonly string[]): ResultPromise =>
      execa(command, rest, { reject: false, ...(stdio === undefined ? { stdin: "ignore" } : { stdio }) });
    if (this.engine === "chroot") return run("chroot", [target.id, ...words]);
    const [command = "", ...before] = (await this.#engineOf()).words;
    const flags = inherit ? [options.tty ? "-it" : "-i"] : [];
    return run(command, [...before, "exec", ...flags, target.id, ...words]);
  }

  /**
   * Brings Debian packages to a host, as an update does.
   *
   * @throws with what apt said
   */
  async bring(host: SandboxHost | number, ...packages: string[]): Promise<void> {
    const target = typeof host === "number" ? this.host(host) : host;
    const { failed, stdout, stderr } = await this.exec(target, ["sh", "-c", render(install(packages))]);
    if (failed) throw new Error(`${target.name} does not get ${packages.join(", ")}:\n${stdout}\n${stderr}`);
  }

  host(number: number): SandboxHost {
    const found = this.hosts[number - 1];
    if (found === undefined)
      throw new Error(`there is no host ${number}: \`npm run sandbox -- up ${number}\` makes it`);
    return found;
  }

  /** Ends a host as a power cut does; `up` boots it again. */
  async kill(host: SandboxHost): Promise<void> {
    await killContainer(await this.#engineOf(), host);
  }

  /** Loses a host with all that is on it; `up` makes it anew: bare, with the ports and the key that it had. */
  async lose(host: SandboxHost): Promise<void> {
    await removeContainer(await this.#engineOf(), host);
  }

  async isRunning(host: SandboxHost): Promise<boolean> {
    if (this.engine === "chroot") return chroot.isRunning(host);
    return isRunning(await this.#engineOf(), host);
  }

  /** Started again where it does not run; false, and nothing of it is left, where that can't be done. */
  async #runs(state: SandboxState, host: SandboxHost): Promise<boolean> {
    if (await this.isRunning(host)) return true;
    this.#say(`starting ${host.name}`);
    try {
      if (state.engine === "chroot") await chroot.start(host);
      else await startContainer(await this.#engineOf(), host);
      return true;
    } catch (error) {
      if (state.engine === "chroot") throw error;
      this.#say(`${host.name} can't be started again, it is made anew (${(error as Error).message.split("\n")[0]})`);
      await removeContainer(await this.#engineOf(), host);
      return false;
    }
  }

  async #make(state: SandboxState, number: number, image: string): Promise<SandboxHost> {
    const name = `web${number + 1}`;
    // The dev stack names the ports of the project's own sandbox; any other takes what is free, by chance: two that are
    // made at the same moment must not both find the same one free.
    const fixed = this.directory === defaultDirectory;
    const others = state.hosts.filter((_, i) => i !== number);
    const taken = new Set(others.flatMap((host) => [host.port, host.appPort]));
    const before = state.hosts[number]; // whoever knows the ports of one that is made anew finds it again
    const [port, appPort] = [
      await choosePort(before?.port ?? (fixed ? 2201 + number : randomInt(20_000, 25_000)), fixed, taken),
      await choosePort(before?.appPort ?? (fixed ? 8000 + number : randomInt(25_500, 30_000)), fixed, taken),
    ];
    const { mount, publicKey } = hostKey(this.directory, name);
    const known = { name, host: "127.0.0.1" as const, port, appPort, hostKey: publicKey };
    this.#say(`making the host ${name} (ssh at 127.0.0.1:${port}, its app at 127.0.0.1:${appPort})`);
    if (state.engine === "chroot")
      return { ...known, id: await chroot.make(this.directory, known, mount, this.#small, this.#say) };
    const mounts = mountsOf(this.directory, mount);
    return {
      ...known,
      id: await runContainer(await this.#engineOf(), {
        sandbox: state.id,
        small: this.#small,
        name,
        image,
        port,
        appPort,
        mounts,
      }),
    };
  }

  /** The engine that this sandbox was made with, or the one to make it with; undefined where no container can start. */
  async #containers(): Promise<Engine | undefined> {
    if (this.engine === "chroot") return undefined;
    this.#engine ??= findEngine(this.#say).then(async (engine) => {
      if (engine === undefined || !(await canStart(engine, this.#say))) return undefined;
      return engine;
    });
    const engine = await this.#engine;
    if (engine === undefined && !chroot.isPossible())
      throw new Error(
        "neither Docker nor Podman answers: install one of them (its daemon running), or run as root on Debian",
      );
    return engine;
  }

  async #engineOf(): Promise<Engine> {
    const engine = await this.#containers();
    if (engine === undefined) throw new Error("the engine that made this sandbox does not answer any more");
    return engine;
  }
}

/** Whether this machine starts containers at all: in some virtual machines an engine answers and can't. */
async function canStart(engine: Engine, say: Say): Promise<boolean> {
  const image = await hostImage(engine, say);
  const words = ["run", "--rm", "--network", "none", ...engine.limits, image, "true"];
  return ask(engine, words).then(
    () => true,
    (error: Error) => {
      say(`no container can be started here (${error.message.split("\n")[0]})`);
      return false;
    },
  );
}

async function sshAnswers(port: number, name: string): Promise<void> {
  const patience = 30;
  for (const end = Date.now() + patience * 1000; Date.now() < end; await sleep(100)) if (await greets(port)) return;
  throw new Error(`${name}: its sshd does not answer at 127.0.0.1:${port} within ${patience} s`);
}

const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = new Socket();
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => end(false));
    socket.once("data", (data) => end(data.toString().startsWith("SSH-")));
    socket.once("error", () => end(false));
    socket.once("close", () => resolve(false));
    socket.connect(port, "127.0.0.1");
  });

/** Where the login key and the known hosts of a sandbox are. */
export const sandboxKeys = (directory: string = defaultDirectory) => keyFiles(directory);
