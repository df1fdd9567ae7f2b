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
  for (const command of install(packages)) await execa("sh", ["-c", render(command)]);
}
