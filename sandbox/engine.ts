import { existsSync, readFileSync } from "node:fs";
import { execa, type Options } from "execa";
import { bring, isRoot, mayInstall } from "./apt";

/** How containers are run on this machine. */
export interface Engine {
  name: "docker" | "podman";
  /** Words before every subcommand. */
  words: readonly string[];
  /** Limits that `run` and `build` are given: without them a container may ask for more than this machine allows. */
  limits: readonly string[];
}

export type Say = (line: string) => void;

/**
 * Docker or Podman, whichever answers; Podman is installed where neither is there and we may. SUPERVISED_ENGINE chooses:
 * docker, podman, or chroot for none of them.
 */
export async function findEngine(say: Say): Promise<Engine | undefined> {
  if (process.env.SUPERVISED_ENGINE === "chroot") return undefined;
  const found = await answering();
  if (found !== undefined) return found;
  if (!mayInstall()) return undefined;
  say("installing podman (neither Docker nor Podman answers; takes about a minute)");
  await bring(["podman", "runc", "netavark", "aardvark-dns", "iptables"]);
  return answering();
}

async function answering(): Promise<Engine | undefined> {
  const mayBe = (name: Engine["name"]) => (process.env.SUPERVISED_ENGINE ?? name) === name;
  if (mayBe("docker") && (await succeeds("docker", ["version", "--format", "{{.Server.Version}}"])))
    return { name: "docker", words: ["docker"], limits: [] };
  if (!mayBe("podman") || !(await succeeds("podman", ["info"]))) return undefined;
  // Debian's crun fails where cgroups are of the old kind; runc does not.
  const runc = isRoot() && (await succeeds("runc", ["--version"]));
  return { name: "podman", words: ["podman", ...(runc ? ["--runtime", "runc"] : [])], limits: ulimits() };
}

/** Enough for a host and little enough for any machine: Podman's own default is more than some allow. */
function ulimits(): string[] {
  const text = existsSync("/proc/self/limits") ? readFileSync("/proc/self/limits", "utf8") : "";
  const hard = (name: string) => Number(new RegExp(`^${name} +\\S+ +(\\d+)`, "m").exec(text)?.[1] ?? 4096);
  const [files, processes] = [hard("Max open files"), hard("Max processes")].map((limit) => Math.min(limit, 4096));
  return ["--ulimit", `nofile=${files}:${files}`, "--ulimit", `nproc=${processes}:${processes}`];
}

async function succeeds(command: string, words: readonly string[]): Promise<boolean> {
  const { failed } = await execa(command, words, { reject: false, timeout: 20_000 });
  return !failed;
}

/** Runs a subcommand; a failure says what the engine said. */
export async function ask(engine: Engine, words: readonly string[], options: Options = {}): Promise<string> {
  const [command = "", ...before] = engine.words;
  const done = await execa(command, [...before, ...words], { ...options, reject: false });
  if (done.failed) throw new Error(`${engine.name} ${words[0]}: ${String(done.stderr || done.shortMessage).trim()}`);
  return String(done.stdout ?? "").trim();
}
