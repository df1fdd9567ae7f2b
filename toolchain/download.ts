import { createWriteStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import type { Say } from "./cli";
import { versions } from "./versions";

/** Seconds until the release server has to answer: where it can't be reached, that is known soon. */
const patience = 8;

const architectures: Record<string, string> = { x64: "x64", arm64: "arm64" };

/** The official release, unpacked into `directory`; undefined where it can't be had. */
export async function download(directory: string, say: Say): Promise<string | undefined> {
  const architecture = architectures[process.arch];
  if (architecture === undefined || !["linux", "darwin"].includes(process.platform)) return undefined;
  const name = `pulumi-v${versions.pulumi}-${process.platform}-${architecture}.tar.gz`;
  say(`getting the official Pulumi CLI ${versions.pulumi} (about 100 MB; a minute on a usual line)`);
  const response = await answer(`https://get.pulumi.com/releases/sdk/${name}`);
  if (typeof response === "string") {
    say(`the official release can't be had (${response})`);
    return undefined;
  }
  mkdirSync(dirname(dirname(directory)), { recursive: true });
  const temporary = mkdtempSync(join(dirname(dirname(directory)), "new-"));
  try {
    const archive = join(temporary, name);
    await pipeline(Readable.fromWeb(response.body as never), createWriteStream(archive));
    await execa("tar", ["-xzf", archive, "-C", temporary]);
    mkdirSync(dirname(directory), { recursive: true });
    if (!existsSync(directory)) renameSync(join(temporary, "pulumi"), directory);
    return join(directory, "pulumi");
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function answer(url: string): Promise<Response | string> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), patience * 1000);
  try {
    const response = await fetch(url, { signal: controller.signal });
    return response.ok && response.body !== null ? response : `status ${response.status}`;
  } catch (error) {
    if (controller.signal.aborted) return `no answer in ${patience} s`;
    return ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
  } finally {
    clearTimeout(timer);
  }
}
