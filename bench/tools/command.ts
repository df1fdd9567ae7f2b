import { join } from "node:path";
import { execa } from "execa";
import { findCli } from "../../toolchain/cli";
import { pulumiEnvironment } from "../../toolchain/pulumi";
import { plainProject } from "../plainProject";
import { run } from "../run";
import type { Call, Ground, Tool } from "./tool";

const version = "1.2.1";

/** Whether the plugin of @pulumi/command is here, or can be brought; why not, if not. */
export async function missingPlugin(): Promise<string | undefined> {
  const { PATH } = pulumiEnvironment(await findCli(), {});
  const words = ["plugin", "install", "resource", "command", version];
  const { failed, stderr } = await execa("pulumi", words, { env: { PATH }, reject: false, timeout: 60_000 });
  return failed ? String(stderr).trim().split("\n").at(-1) : undefined;
}

/** Pulumi with nothing but commands over ssh. */
export class RemoteCommands implements Tool {
  readonly name = "@pulumi/command";
  readonly app = "commandapp";
  readonly port = 8016;
  readonly #calls = new Map<number, (...words: string[]) => Call>();
  /** The stack that has the app now. */
  #holder: ((...words: string[]) => Call) | undefined;

  async prepare(ground: Ground): Promise<void> {
    for (const hosts of new Set([1, ground.ways.length])) {
      const path = join(ground.directory, this.app, String(hosts));
      const app = {
        ...{ name: this.app, repository: ground.repository, checkout: join(ground.directory, "app") },
        ...{ privateKey: ground.identity, ways: ground.ways.slice(0, hosts) },
      };
      const script = `require(${JSON.stringify(join(__dirname, "remoteCommands.cjs"))});`;
      const call = await plainProject(path, `${this.app}${hosts}`, script, { APP: JSON.stringify(app) });
      this.#calls.set(hosts, call);
    }
  }

  deploy(hosts: number): Call[] {
    this.#holder = this.#calls.get(hosts)!;
    return [this.#holder("up", "--yes", "--skip-preview")];
  }

  async forget(): Promise<void> {
    if (this.#holder !== undefined) await run(this.#holder("destroy", "--yes", "--skip-preview"));
    this.#holder = undefined;
  }
}
