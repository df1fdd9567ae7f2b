import { install } from "../../provider/commands/apt";
import { render } from "../../provider/commands/shell";
import { sandbox } from "./places";

/**
 * Debian packages that a test itself needs on a host. Brought as an update brings them: another file's first update may
 * hold apt's locks at this very moment.
 */
export async function bring(host: number, ...packages: string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await sandbox.exec(host, ["sh", "-c", render(install(packages))]);
  if (exitCode !== 0) throw new Error(`host ${host} does not get ${packages.join(", ")}: ${stdout}\n${stderr}`);
}
