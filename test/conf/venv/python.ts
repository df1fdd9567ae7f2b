import { spawnSync } from "node:child_process";
import { join } from "node:path";

const programs = join(__dirname, "../../../conf/venv");

/** Runs a piece of Python beside the programs of the host, with `input` as a value; what it prints is the answer, as JSON. */
export function run<T>(program: string, input: unknown): T {
  const head = `import json, sys\nsys.path.insert(0, ${JSON.stringify(programs)})\ninput = json.loads(sys.stdin.read())\n`;
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-c", head + program], {
    encoding: "utf8",
    input: JSON.stringify(input),
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}
