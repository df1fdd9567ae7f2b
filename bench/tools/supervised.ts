import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Phases, phasesOf } from "../phases";
import { Project } from "../project";
import { hostSpans, readTrace } from "../timeline";
import type { Call, Ground, Tool } from "./tool";

/** This project, with pip or with uv to install packages. */
export class Supervised implements Tool {
  readonly name: string;
  readonly app: string;
  readonly port: number;
  readonly keeps: readonly string[];
  readonly #projects = new Map<number, Project>();
  /** The stack that has the app now: a host takes an app from one stack only. */
  #holder: Project | undefined;
  #trace = "";

  constructor(readonly installer: "uv" | "pip") {
    this.name = installer === "uv" ? "supervised" : "supervised, pip";
    this.app = `${installer}app`;
    this.port = installer === "uv" ? 8014 : 8015;
    // The other one's uv stays where it is.
    const tools = installer === "uv" ? ["/var/lib/supervised/.tools"] : [];
    this.keeps = [`/var/lib/supervised/${this.app}/home/.cache`, "/var/cache/supervised", ...tools];
  }

  /** A stack for each number of hosts. */
  async prepare(ground: Ground): Promise<void> {
    this.#trace = join(ground.directory, `trace-${this.app}`);
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
    rmSync(this.#trace, { force: true });
    const call = await this.#holder.call(["up", "--yes", "--skip-preview"]);
    return [{ ...call, env: { ...call.env, SUPERVISED_TRACE: this.#trace } }];
  }

  /** Another environment is built beside the one that serves. */
  packages(): number | undefined {
    const build = hostSpans(readTrace(this.#trace), 0).find(({ what }) => what.startsWith("build the environment"));
    return build && (build.to - build.from) / 1000;
  }

  phases(begun: number, ended: number): Phases | undefined {
    return phasesOf(readTrace(this.#trace), begun, ended);
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
