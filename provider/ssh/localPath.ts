import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

/** A path of the settings on this machine: `~/` is the home, a relative one starts at the folder of Pulumi.yaml. */
export function localPath(path: string): string {
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : join(projectRoot(process.cwd()), path);
}

function projectRoot(from: string): string {
  if (process.env.SUPERVISED_ROOT) return process.env.SUPERVISED_ROOT;
  // The engine starts the plugin in its own folder or in the project's.
  if (existsSync(join(from, "Pulumi.yaml")) || dirname(from) === from) return from;
  return projectRoot(dirname(from));
}
