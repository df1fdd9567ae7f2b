import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { sandboxBackend } from "../toolchain/backend";
import { findCli } from "../toolchain/cli";
import { pulumiEnvironment } from "../toolchain/pulumi";
import type { Call } from "./tools/tool";

/** A project of one script that has nothing of ours, with a stack of its own; what gives a command of the CLI there. */
export async function plainProject(
  path: string,
  name: string,
  script: string,
  more: Record<string, string> = {},
): Promise<(...words: string[]) => Call> {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, "Pulumi.yaml"),
    `name: ${name}\nruntime: { name: nodejs, options: { typescript: false } }\n`,
  );
  writeFileSync(join(path, "package.json"), '{ "main": "index.js" }');
  writeFileSync(join(path, "index.js"), `${script}\n`);
  symlinkSync(join(__dirname, "..", "node_modules"), join(path, "node_modules"));
  const env = { ...pulumiEnvironment(await findCli(), sandboxBackend(path)), ...more };
  await execa("pulumi", ["stack", "init", "test"], { cwd: path, env });
  return (...words) => ({ words: ["pulumi", ...words, "--stack", "test", "--non-interactive"], cwd: path, env });
}
