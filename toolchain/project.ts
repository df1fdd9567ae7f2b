import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");

/** Makes, in place of whatever is at `path`, a project named `name` that runs this one's program, with settings of its own. */
export function makeProject(path: string, name: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  const project = readFileSync(join(root, "Pulumi.yaml"), "utf8").replace(
    /\.\/(provider|resources)/g,
    join(root, "$1"),
  );
  writeFileSync(join(path, "Pulumi.yaml"), project.replace(/^name: .*/m, `name: ${name}`));
  writeFileSync(join(path, "index.ts"), `module.exports = require(${JSON.stringify(join(root, "index"))});\n`);
  writeFileSync(join(path, "package.json"), '{ "main": "index.ts" }');
  symlinkSync(join(root, "node_modules"), join(path, "node_modules"));
}
