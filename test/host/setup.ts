import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { findCli } from "../../toolchain/cli";
import { clearRows, report } from "./faults/report";
import { directory, root, sandbox } from "./places";

/**
 * Bare hosts and a CLI. Two files run side by side, so what disturbs a whole host has one of its own: 1 and 2 serve the
 * flows (and, on other ports, faults that harm nobody else), 3 changing ways in, 4 boots, 5 broken confs of others, 6 a
 * supervisord that is not Debian's, 7 processes behind a socket, 8 killed programs, 9 cut links.
 */
const hosts = 9;

/** They go when the tests have ended (KEEP=1 leaves them for a look). */
export async function setup(): Promise<void> {
  execFileSync("node", ["toolchain/build.cjs"], { cwd: root, stdio: "inherit" });
  await findCli((line) => console.log(`  ${line}`));
  await sandbox.down();
  rmSync(join(directory, "projects"), { recursive: true, force: true });
  rmSync(join(directory, "git"), { recursive: true, force: true });
  rmSync(join(directory, "app"), { recursive: true, force: true });
  clearRows();
  await sandbox.up(hosts);
}

export async function teardown(): Promise<void> {
  report();
  if (!process.env.KEEP) await sandbox.down();
}
