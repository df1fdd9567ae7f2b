/** `npm test [-- FILTER]`: lint, types, unit tests, and whole flows on real hosts; from nothing, without questions. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { mayInstall } from "../sandbox/engine";

const root = join(__dirname, "..");
const filters = process.argv.slice(2);

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** Shells and checkers that some tests stand on. */
const tools = ["dash", "zsh", "fish", "tcsh", "sudo", "openssl", "shellcheck"];

async function main(): Promise<void> {
  await bringTools();
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  const add = (count: Count) => {
    for (const key of ["passed", "failed", "skipped"] as const) total[key] += count[key];
  };
  if (filters.length === 0) {
    add(await check("lint", "biome", ["check", "--error-on-warnings", "."]));
    add(await check("types", "tsc", ["--noEmit"]));
  }
  add(await tests("unit tests", "vitest.config.ts"));
  add(await tests("flows on real hosts", "vitest.host.config.ts"));
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

async function bringTools(): Promise<void> {
  const missing: string[] = [];
  for (const tool of tools)
    if ((await execa("sh", ["-c", `command -v ${tool}`], { reject: false })).failed) missing.push(tool);
  if (missing.length === 0) return;
  if (!mayInstall()) {
    console.log(`not here, so their tests fail: ${missing.join(", ")}; install them with your package manager`);
    return;
  }
  console.log(`installing ${missing.join(", ")} (takes a few seconds)`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await execa("apt-get", ["-q", "update"], { env });
  await execa("apt-get", ["-q", "install", "-y", "--no-install-recommends", ...missing], { env });
}

/** A step that passes or fails as a whole. */
async function check(name: string, command: string, words: string[]): Promise<Count> {
  console.log(`\n== ${name}`);
  const { failed } = await execa(command, words, { cwd: root, preferLocal: true, stdio: "inherit", reject: false });
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 };
}

async function tests(name: string, config: string): Promise<Count> {
  console.log(`\n== ${name}`);
  const directory = mkdtempSync(join(tmpdir(), "supervised-tests-"));
  try {
    const report = join(directory, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const words = ["run", "--config", config, "--passWithNoTests", ...reporters, ...filters];
    const { failed } = await execa("vitest", words, { cwd: root, preferLocal: true, stdio: "inherit", reject: false });
    return countOf(report, failed);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** From vitest's own report; a run that failed without a failed test (a file that does not load) counts as one. */
function countOf(report: string, failed: boolean): Count {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: numPassedTests, failed: Math.max(numFailedTests, failed ? 1 : 0), skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

void main();
