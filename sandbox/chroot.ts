/** A host without containers: a Debian in a directory with its own sshd. It shares the machine's network and processes. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { isRoot, mayInstall } from "./apt";
import type { Say } from "./engine";
import { debootstrap } from "./image";
import { machineSettings } from "./settings";
import type { SandboxHost } from "./state";

/** Only root on Debian can make one. */
export const isPossible = (): boolean => isRoot() && mayInstall();

const image = join(__dirname, "image");

/** Makes and starts one; answers its directory. */
export async function make(
  directory: string,
  { name, port }: Pick<SandboxHost, "name" | "port">,
  keys: string,
  small: Readonly<Record<string, number>>,
  say: Say,
): Promise<string> {
  const root = join(directory, "hosts", name);
  if (!existsSync(join(root, "usr/sbin/sshd"))) {
    say("making Debian 12 in a directory, as no container can be started (takes about 30 s)");
    mkdirSync(root, { recursive: true });
    await debootstrap(root);
    const settings = join(root, "tmp", "settings");
    mkdirSync(settings, { recursive: true });
    const files = { ...(await machineSettings()), "apply.sh": readFileSync(join(image, "apply.sh"), "utf8") };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(settings, file), text);
    await execa("chroot", [root, "sh", "/tmp/settings/apply.sh"]);
    rmSync(settings, { recursive: true });
  }
  const place = (path: string) => join(root, path);
  mkdirSync(place("root/.ssh"), { recursive: true, mode: 0o700 });
  mkdirSync(place("run/sshd"), { recursive: true, mode: 0o755 });
  writeFileSync(place("etc/ssh/ssh_host_ed25519_key"), readFileSync(join(keys, "host_key")), { mode: 0o600 });
  writeFileSync(place("root/.ssh/authorized_keys"), readFileSync(join(keys, "authorized_keys")), { mode: 0o600 });
  writeFileSync(
    place("etc/ssh/sshd_config.d/port.conf"),
    `Port ${port}\nListenAddress 127.0.0.1\nPidFile /run/sshd.pid\n`,
  );
  writeFileSync(place("etc/sandbox-git"), join(directory, "git"));
  writeFileSync(place("etc/sandbox-small"), JSON.stringify(small));
  await start({ id: root });
  return root;
}

export async function start({ id }: Pick<SandboxHost, "id">): Promise<void> {
  const mounted = readFileSync("/proc/mounts", "utf8");
  const mount = async (words: string[], at: string) => {
    const target = join(id, at);
    if (mounted.includes(` ${target} `)) return;
    mkdirSync(target, { recursive: true });
    await execa("mount", [...words, target]);
  };
  await mount(["-t", "proc", "proc"], "proc");
  await mount(["--bind", "/dev"], "dev");
  await mount(["--bind", "/dev/pts"], "dev/pts");
  await mount(["--bind", readFileSync(join(id, "etc/sandbox-git"), "utf8")], "srv/git");
  const small = JSON.parse(readFileSync(join(id, "etc/sandbox-small"), "utf8")) as Record<string, number>;
  for (const [at, size] of Object.entries(small))
    await mount(["-t", "tmpfs", "-o", `mode=755,size=${size}m`, "tmpfs"], at);
  await execa("chroot", [id, "/usr/sbin/sshd"]);
  if (existsSync(join(id, "etc/init.d/supervisor"))) await execa("chroot", [id, "service", "supervisor", "start"]);
}

export async function isRunning({ id }: Pick<SandboxHost, "id">): Promise<boolean> {
  return pidsOf(id).length > 0;
}

/** Ends what runs in it, by process id, and takes it away. */
export async function remove({ id }: Pick<SandboxHost, "id">): Promise<void> {
  for (const pid of await processesIn(id)) process.kill(pid, "SIGKILL");
  const small = Object.keys(JSON.parse(readFileSync(join(id, "etc/sandbox-small"), "utf8")) as object);
  for (const at of ["srv/git", "dev/pts", "dev", "proc", ...small])
    await execa("umount", ["-l", join(id, at)], { reject: false });
  if (readFileSync("/proc/mounts", "utf8").includes(` ${id}/`))
    throw new Error(`${id} is still mounted: umount it first`);
  rmSync(id, { recursive: true, force: true });
}

function pidsOf(id: string): number[] {
  try {
    const pid = Number(readFileSync(join(id, "run/sshd.pid"), "utf8"));
    process.kill(pid, 0);
    return [pid];
  } catch {
    return [];
  }
}

/** Every process whose root directory is this one. */
async function processesIn(id: string): Promise<number[]> {
  const { stdout } = await execa("find", ["/proc", "-maxdepth", "2", "-name", "root", "-lname", id], { reject: false });
  return stdout
    .split("\n")
    .flatMap((line) => /^\/proc\/(\d+)\/root$/.exec(line)?.[1] ?? [])
    .map(Number);
}
