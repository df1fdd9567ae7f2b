import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Call, Ground, Tool } from "./tool";

export class Pyinfra implements Tool {
  readonly name = "pyinfra";
  readonly app = "pyinfraapp";
  readonly port = 8013;
  #ground!: Ground;

  constructor(readonly venv: string) {}

  get #place(): string {
    return join(this.#ground.directory, "pyinfra");
  }

  async prepare(ground: Ground): Promise<void> {
    this.#ground = ground;
    mkdirSync(this.#place, { recursive: true });
    copyFileSync(join(__dirname, "deploy.py"), join(this.#place, "deploy.py"));
    for (const hosts of ground.ways.map((_, i) => i + 1))
      writeFileSync(join(this.#place, `hosts${hosts}.py`), this.#inventory(hosts));
  }

  deploy(hosts: number): Call[] {
    const words = [join(this.venv, "bin/pyinfra"), "--yes", `hosts${hosts}.py`, "deploy.py"];
    return [{ words, cwd: this.#place }];
  }

  #inventory(hosts: number): string {
    const { ways, identity, knownHosts, repository } = this.#ground;
    const data = (port: number) => ({
      ssh_hostname: "127.0.0.1",
      ssh_port: port,
      ssh_user: "root",
      ssh_key: identity,
      ssh_known_hosts_file: knownHosts,
      ssh_strict_host_key_checking: "yes",
      app: this.app,
      repository,
    });
    // JSON of texts and numbers is Python too.
    const pairs = ways
      .slice(0, hosts)
      .map(({ name, port }) => `(${JSON.stringify(name)}, ${JSON.stringify(data(port))})`);
    return `hosts = [${pairs.join(", ")}]\n`;
  }
}
