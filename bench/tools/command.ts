import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { sandboxBackend } from "../../toolchain/backend";
import { findCli } from "../../toolchain/cli";
import { pulumiEnvironment } from "../../toolchain/pulumi";
import type { Call, Ground, Tool } from "./tool";

const root = join(__dirname, "..", "..");
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
  readonly #projects = new Map<number, { cwd: string; env: Record<string, string> }>();

  async prepare(ground: Ground): Promise<void> {
    for (const hosts of new Set([1, ground.ways.length])) {
      const path = join(ground.directory, this.app, String(hosts));
      rmSync(path, { recursive: true, force: true });
      mkdirSync(path, { recursive: true });
      const project = `name: ${this.app}${hosts}\nruntime: { name: nodejs, options: { typescript: false } }\n`;
      writeFileSync(join(path, "Pulumi.yaml"), project);
      writeFileSync(join(path, "package.json"), '{ "main": "index.js" }');
      writeFileSync(join(path, "index.js"), `require(${JSON.stringify(join(__dirname, "remoteCommands.cjs"))});\n`);
      symlinkSync(join(root, "node_modules"), join(path, "node_modules"));
      const app = {
        ...{ name: this.app, repository: ground.repository, checkout: join(ground.directory, "app") },
        ...{ privateKey: ground.identity, ways: ground.ways.slice(0, hosts) },
      };
      const env = { ...pulumiEnvironment(await findCli(), sandboxBackend(path)), APP: JSON.stringify(app) };
      await execa("pulumi", ["stack", "init", "test"], { cwd: path, env });
      this.#projects.set(hosts, { cwd: path, env });
    }
  }

  deploy(hosts: number): Call[] {
    return [this.#call(hosts, ["up", "--yes", "--skip-preview"])];
  }

  async forget(hosts: number): Promise<void> {
    const { words, cwd, env } = this.#call(hosts, ["destroy", "--yes", "--skip-preview"]);
    await execa(words[0]!, words.slice(1), { cwd, env });
  }

  #call(hosts: number, words: string[]) {
    return { words: ["pulumi", ...words, "--non-interactive", "--stack", "test"], ...this.#projects.get(hosts)! };
  }
}
