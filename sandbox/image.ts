import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { bring, mayInstall } from "./apt";
import { ask, type Engine, type Say } from "./engine";
import { machineSettings } from "./settings";

const source = join(__dirname, "image");
const registryBase = "docker.io/library/debian:12";
const importedBase = "localhost/supervised-debian:12";

/** The image of a bare host, built once per machine: its name carries a digest of all that goes into it. */
export async function hostImage(engine: Engine, say: Say): Promise<string> {
  const settings = await machineSettings();
  const parts = ["Containerfile", "apply.sh", "init.sh"].map((name) => readFileSync(join(source, name), "utf8"));
  const digest = createHash("sha256")
    .update(JSON.stringify([...parts, settings]))
    .digest("hex")
    .slice(0, 12);
  const image = `localhost/supervised-host:${digest}`;
  if (await has(engine, image)) return image;
  const base = await baseImage(engine, say);
  say("building the image of a bare host (takes up to a minute)");
  const context = mkdtempSync(join(tmpdir(), "supervised-image-"));
  try {
    cpSync(source, context, { recursive: true });
    cpSync(join(source, "apply.sh"), join(context, "settings", "apply.sh"));
    for (const [name, text] of Object.entries(settings)) writeFileSync(join(context, "settings", name), text);
    const file = ["--file", join(context, "Containerfile"), "--build-arg", `BASE=${base}`];
    await ask(engine, ["build", "--quiet", "--tag", image, ...engine.limits, ...file, context]);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
  return image;
}

async function baseImage(engine: Engine, say: Say): Promise<string> {
  for (const known of [registryBase, importedBase]) if (await has(engine, known)) return known;
  say("getting debian:12 from the registry");
  try {
    await ask(engine, ["pull", "--quiet", registryBase], { timeout: 300_000 });
    return registryBase;
  } catch (error) {
    if (!mayInstall()) throw error;
  }
  say("no registry answers: making Debian 12 from its packages (takes about 30 s)");
  const directory = mkdtempSync(join(tmpdir(), "supervised-base-"));
  try {
    const archive = join(directory, "base.tar");
    await debootstrap(archive);
    await ask(engine, ["import", archive, importedBase]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return importedBase;
}

/** A bare Debian 12 with sshd: an archive, or a directory. */
export async function debootstrap(target: string): Promise<void> {
  const { failed } = await execa("mmdebstrap", ["--version"], { reject: false });
  if (failed) await bring(["mmdebstrap"]);
  await execa("mmdebstrap", [
    "--variant=minbase",
    "--include=openssh-server,ca-certificates,procps",
    '--aptopt=Acquire::Retries::Delay "false"', // as ever: commands/apt.ts
    "bookworm",
    target,
  ]);
}

async function has(engine: Engine, image: string): Promise<boolean> {
  return ask(engine, ["image", "inspect", image]).then(
    () => true,
    () => false,
  );
}
