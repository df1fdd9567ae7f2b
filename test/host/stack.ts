import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { keyFiles, type SandboxHost } from "../../sandbox/sandbox";
import { sandboxBackend } from "../../toolchain/backend";
import { findCli } from "../../toolchain/cli";
import { makeProject } from "../../toolchain/project";
import { pulumiEnvironment } from "../../toolchain/pulumi";
import { directory, sandbox } from "./places";

/** What a host was asked over ssh. */
export interface Traced {
  host: string;
  kind: "connect" | "read" | "run";
  command: string;
}

export interface Ran {
  exitCode: number | undefined;
  /** Standard output and error, as the user sees them. */
  text: string;
  trace: Traced[];
}

export interface RunOptions {
  env?: Record<string, string>;
  /** Called with the process id of the CLI as soon as it runs. */
  onStart?(pid: number): void;
}

export type Config = Record<string, unknown>;

/** How a sandbox host is written in the settings. */
export const connectionTo = ({ host, port }: SandboxHost): Config => ({
  host,
  port,
  sshConfig: false, // of whoever runs the tests
  privateKeyFile: keyFiles(directory).identity,
  knownHosts: keyFiles(directory).knownHosts,
});

/** A tiny app in the settings. */
export const tiny = (url: string, port: number, more: Config = {}): Config => ({
  hosts: ["web1"],
  repository: url,
  program: { command: `venv/bin/python -u app.py ${port}`, directory: "src", ...(more.program as object) },
  health: { url: `http://127.0.0.1:${port}/`, timeout: 10 },
  ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== "program")),
});

/** A clone of a project on a machine of its own. */
export interface Clone {
  /** Its directory. @default the project's name */
  clone?: string;
  /** Environment of its machine: where the state is, among others. @default a state in its directory */
  machine?: Record<string, string>;
}

/** A project of its own that runs this one's program: its stack `test`, its state, its settings. */
export class Stack {
  readonly path: string;
  readonly #machine: Record<string, string> | undefined;

  constructor(
    readonly name: string,
    { clone = name, machine }: Clone = {},
  ) {
    this.#machine = machine;
    this.path = join(directory, "projects", clone);
    makeProject(this.path, name);
  }

  /** Writes the settings; what is encrypted already stays as it is. */
  configure(config: { hosts?: Config; apps: Config }): void {
    const used = Object.values(config.apps).flatMap((app) => (app as { hosts: string[] }).hosts);
    const known = sandbox.hosts.filter(({ name }) => used.includes(name));
    const hosts = config.hosts ?? Object.fromEntries(known.map((host) => [host.name, connectionTo(host)]));
    this.write({ hosts, apps: config.apps });
  }

  /** Writes these tables of the settings, as they are. */
  write(tables: Config): void {
    const { encryptionsalt } = this.written();
    const named = Object.entries(tables).map(([name, table]) => [`supervised:${name}`, table]);
    const salt = encryptionsalt === undefined ? {} : { encryptionsalt };
    this.writeText(stringify({ config: Object.fromEntries(named), ...salt }));
  }

  writeText(text: string): void {
    writeFileSync(this.#settings, text);
  }

  /** The settings as they are on disk: secrets encrypted, with the salt of the stack. */
  // biome-ignore lint/suspicious/noExplicitAny: what tests look for in it is theirs to say
  written(): any {
    return existsSync(this.#settings) ? parse(readFileSync(this.#settings, "utf8"), { merge: true }) : {};
  }

  get #settings(): string {
    return join(this.path, "Pulumi.test.yaml");
  }

  up = (...words: string[]): Promise<Ran> => this.pulumi("up", "--yes", "--skip-preview", ...words);
  preview = (...words: string[]): Promise<Ran> => this.pulumi("preview", "--diff", ...words);
  destroy = (...words: string[]): Promise<Ran> => this.pulumi("destroy", "--yes", "--skip-preview", ...words);

  async pulumi(...words: string[]): Promise<Ran> {
    return this.run(words);
  }

  async run(words: string[], { env = {}, onStart }: RunOptions = {}): Promise<Ran> {
    const trace = join(this.path, "trace");
    rmSync(trace, { force: true });
    const backend = this.#machine ?? sandboxBackend(this.path);
    const environment = { ...pulumiEnvironment(await findCli(), backend), SUPERVISED_TRACE: trace, ...env };
    const execute = (args: string[]) =>
      execa("pulumi", ["--non-interactive", "--color", "never", ...args], {
        cwd: this.path,
        env: environment,
        reject: false,
        all: true,
      });
    if (this.#machine === undefined && !existsSync(join(this.path, "state/.pulumi/stacks", this.name, "test.json")))
      await execute(["stack", "init", "test"]);
    const end = words.includes("--") ? words.indexOf("--") : words.length;
    const running = execute([...words.slice(0, end), "--stack", "test", ...words.slice(end)]);
    if (running.pid !== undefined) onStart?.(running.pid);
    const { exitCode, all } = await running;
    const lines = existsSync(trace) ? readFileSync(trace, "utf8").trim().split("\n") : [];
    const traced = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind !== "ended") as Traced[];
    return { exitCode, text: String(all), trace: traced };
  }

  /** The state as it is on disk. */
  state(): string {
    return readFileSync(join(this.path, "state/.pulumi/stacks", this.name, "test.json"), "utf8");
  }

  outputs = async (): Promise<Record<string, Record<string, Record<string, string>>>> => {
    const { text } = await this.pulumi("stack", "output", "--json");
    return JSON.parse(text).apps;
  };
}

/** Runs a shell line on a host as root; its output, whatever its exit code. */
export async function on(host: number, line: string): Promise<string> {
  const { stdout, stderr } = await sandbox.exec(host, ["bash", "-c", line]);
  return `${stdout ?? ""}${stderr ?? ""}`.trim();
}

/** What an app answers on its host. */
export const answerOf = (host: number, port: number): Promise<string> =>
  on(
    host,
    `python3 -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:${port}/", timeout=3).read().decode())'`,
  );

/** Commands that may change a host. */
export const writes = ({ trace }: Ran): string[] =>
  trace.filter(({ kind }) => kind === "run").map(({ command }) => command);
