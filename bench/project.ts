import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { sandboxBackend } from "../toolchain/backend";
import { findCli } from "../toolchain/cli";
import { makeProject } from "../toolchain/project";
import { pulumiEnvironment } from "../toolchain/pulumi";
import { Processes, type Role, type Use } from "./processes";

export interface Measured {
  /** Seconds. */
  wall: number;
  uses: Record<Role, Use>;
  /** MiB of the state afterwards. */
  state: number;
}

/** A project of its own that runs this one's program, with its state beside it. */
export class Project {
  constructor(
    readonly path: string,
    readonly name: string,
  ) {
    makeProject(path, name);
  }

  async configure(hosts: object, apps: object): Promise<void> {
    const text = stringify({ config: { "supervised:hosts": hosts, "supervised:apps": apps } });
    writeFileSync(join(this.path, "Pulumi.test.yaml"), text);
    if (!existsSync(this.#state)) await this.run(["stack", "init"]);
  }

  /** What a user types. */
  async call(words: readonly string[]): Promise<{ words: string[]; cwd: string; env: Record<string, string> }> {
    const flags = ["--non-interactive", "--color", "never", "--stack", "test"];
    const env = pulumiEnvironment(await findCli(), sandboxBackend(this.path));
    return { words: ["pulumi", ...words, ...flags], cwd: this.path, env };
  }

  /** Runs the CLI and measures it; throws with what it said where it fails. */
  async run(words: readonly string[], more: Record<string, string> = {}): Promise<Measured> {
    const { words: line, cwd, env } = await this.call(words);
    const begun = Date.now();
    const running = execa(line[0]!, line.slice(1), { cwd, env: { ...env, ...more }, reject: false, all: true });
    const processes = new Processes(running.pid!);
    const { exitCode, all } = await running;
    const measured = { wall: (Date.now() - begun) / 1000, uses: processes.stop() };
    if (exitCode !== 0) throw new Error(`pulumi ${words.join(" ")} failed:\n${all.split("\n").slice(-60).join("\n")}`);
    return { ...measured, state: existsSync(this.#state) ? statSync(this.#state).size / 2 ** 20 : 0 };
  }

  get #state(): string {
    return join(this.path, "state/.pulumi/stacks", this.name, "test.json");
  }
}
