import { existsSync } from "node:fs";
import { execa } from "execa";
import { install } from "../provider/commands/apt";
import { render } from "../provider/commands/shell";

export const isRoot = (): boolean => process.getuid?.() === 0;

/** We install only as root on Debian or its kin. */
export const mayInstall = (): boolean => isRoot() && existsSync("/usr/bin/apt-get");

/**
 * Brings Debian packages to this machine as to any host: a new one's own first update may hold apt's locks just now.
 *
 * @throws with what apt said
 */
export async function bring(packages: readonly string[]): Promise<void> {
  const { all, failed } = await execa("sh", ["-c", render(install(packages))], { reject: false, all: true });
  if (failed) throw new Error(`this machine does not get ${packages.join(", ")}:\n${all}`);
}
