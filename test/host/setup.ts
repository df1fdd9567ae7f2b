import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { findCli } from "../../toolchain/cli";
import { clearRows, report } from "./faults/report";
import { directory, root, sandbox } from "./places";

/** Two bare hosts and a CLI; the hosts go when the tests have ended (KEEP=1 leaves them for a look). */
export async function setup(): Promise<void> {
  execFileSync("node", ["toolchain/build.cjs"], { cwd: root, stdio: "inherit" });
  await findCli((line) => console.log(`  ${line}`));
  await sandbox.down();
  rmSync(join(directory, "projects"), { recursive: true, force: true });
  rmSync(join(directory, "git"), { recursive: true, force: true });
  rmSync(join(directory, "app"), { recursive: true, force: true });
  clearRows();
  await sandbox.up(2);
}

export async function teardown(): Promise<void> {
  report();
  if (!process.env.KEEP) await sandbox.down();
}
