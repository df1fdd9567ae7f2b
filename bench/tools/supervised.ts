import { join } from "node:path";
import { Project } from "../project";
import type { Call, Ground, Tool } from "./tool";

/** This project, with pip or with uv to install packages. */
export class Supervised implements Tool {
  readonly name: string;
  readonly app: string;
  readonly port: number;
  readonly #projects = new Map<number, Project>();
  /** The stack that has the app now: a host takes an app from one stack only. */
  #holder: Project | undefined;

  constructor(readonly installer: "uv" | "pip") {
    this.name = installer === "uv" ? "supervised" : "supervised, pip";
    this.app = `${installer}app`;
    this.port = installer === "uv" ? 8014 : 8015;
  }

  /** A stack for each number of hosts. */
  async prepare(ground: Ground): Promise<void> {
    for (const hosts of new Set([1, ground.ways.length])) {
      const project = new Project(join(ground.directory, this.app, String(hosts)), `${this.app}${hosts}`);
      const ways = ground.ways.slice(0, hosts);
      const settings = {
        hosts: ways.map(({ name }) => name),
        repository: ground.repository,
        dependencies: { installer: this.installer },
        program: {
          command: `venv/bin/litestar --app app:app run --host 0.0.0.0 --port ${this.port}`,
          directory: "src",
        },
      };
      const way = { host: "127.0.0.1", sshConfig: false, privateKeyFile: ground.identity };
      const connections = ways.map(({ name, port, hostKey }) => [name, { ...way, port, hostKey }]);
      await project.configure(Object.fromEntries(connections), { [this.app]: settings });
      this.#projects.set(hosts, project);
    }
  }

  async deploy(hosts: number): Promise<Call[]> {
    this.#holder = this.#of(hosts);
    return [await this.#holder.call(["up", "--yes", "--skip-preview"])];
  }

  /** What looks, and changes nothing. */
  async preview(hosts: number): Promise<Call> {
    return this.#of(hosts).call(["preview"]);
  }

  async forget(): Promise<void> {
    await this.#holder?.run(["destroy", "--yes", "--skip-preview"]);
    this.#holder = undefined;
  }

  #of(hosts: number): Project {
    const project = this.#projects.get(hosts);
    if (project === undefined) throw new Error(`no stack for ${hosts} hosts was prepared`);
    return project;
  }
}
