import { existsSync } from "node:fs";
import { join } from "node:path";
import { ask, type Engine } from "./engine";
import type { SandboxHost } from "./state";

export interface ContainerArgs {
  sandbox: string;
  name: string;
  image: string;
  port: number;
  appPort: number;
  /** Directories here that it sees, read-only, by where it sees them. */
  mounts: Readonly<Record<string, string>>;
  /** Small filesystems of its own in memory: MiB by path. They are empty after a boot. */
  small: Readonly<Record<string, number>>;
}

/** Words of `run` for one host. Ports are published on the loopback address only. */
export const runWords = (
  engine: Engine,
  { sandbox, name, image, port, appPort, mounts, small }: ContainerArgs,
): string[] => [
  "run",
  "--detach",
  ...["--name", `supervised-${sandbox}-${name}`, "--hostname", name, "--label", `supervised.sandbox=${sandbox}`],
  ...["--publish", `127.0.0.1:${port}:22`, "--publish", `127.0.0.1:${appPort}:8000`],
  ...Object.entries(mounts).flatMap(([inside, here]) => ["--volume", `${here}:${inside}:ro`]),
  ...Object.entries(small).flatMap(([inside, size]) => ["--tmpfs", `${inside}:rw,exec,mode=755,size=${size}m`]),
  ...["--security-opt", "label=disable"],
  ...engine.limits,
  image,
];

/** Starts a host; answers its id. */
export const runContainer = (engine: Engine, args: ContainerArgs): Promise<string> =>
  ask(engine, runWords(engine, args));

export async function isRunning(engine: Engine, { id }: Pick<SandboxHost, "id">): Promise<boolean> {
  const format = "{{.State.Running}} {{.State.Pid}}";
  const answer = await ask(engine, ["container", "inspect", "--format", format, id]).catch(() => "");
  const [running, pid] = answer.split(" ");
  // Podman has no daemon: what was killed together with its monitor counts as running for ever.
  const isGone = engine.name === "podman" && process.platform === "linux" && !existsSync(`/proc/${pid}`);
  return running === "true" && !isGone;
}

/** Gives back the ports of hosts, of any sandbox here, that were killed together with their monitor: else nobody does. */
export async function freePorts(engine: Engine): Promise<void> {
  if (engine.name !== "podman") return;
  const ids = await ask(engine, ["ps", "--quiet", "--filter", "label=supervised.sandbox"]);
  for (const id of ids.split("\n").filter(Boolean))
    if (await isLost(engine, id)) await ask(engine, ["stop", "--time", "0", id]).catch(() => "");
}

/** Neither its processes nor its monitor are there; a monitor that is will tell that they have ended. */
async function isLost(engine: Engine, id: string): Promise<boolean> {
  const format = "{{.State.Pid}} {{.State.ConmonPid}}";
  const pids = await ask(engine, ["container", "inspect", "--format", format, id]).catch(() => "");
  return pids !== "" && pids.split(" ").every((pid) => !existsSync(`/proc/${pid}`));
}

/** Starts one that was stopped or killed: a boot. */
export const startContainer = (engine: Engine, { id }: SandboxHost): Promise<string> => ask(engine, ["start", id]);

/** As a power cut. */
export const killContainer = (engine: Engine, { id }: SandboxHost): Promise<string> => ask(engine, ["kill", id]);

export const removeContainer = (engine: Engine, { id }: SandboxHost): Promise<string> =>
  ask(engine, ["rm", "--force", "--time", "1", "--volumes", id]).catch((error: Error) => {
    if (/no such container|no container with/i.test(error.message)) return "";
    if (/unknown flag/.test(error.message)) return ask(engine, ["rm", "--force", "--volumes", id]);
    throw error;
  });

export const mountsOf = (directory: string, keys: string): Record<string, string> => ({
  "/sandbox": keys,
  "/srv/git": join(directory, "git"),
});
