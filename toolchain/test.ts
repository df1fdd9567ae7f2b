/** `npm test [-- FILTER]`: lint, types, unit tests, and whole flows on real hosts; from nothing, without questions. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import { bring, mayInstall } from "../sandbox/apt";

const root = join(__dirname, "..");
const filters = process.argv.slice(2);

interface Count {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, and why, a line or two each. */
  failures: string[];
}

/** Shells and checkers that some tests stand on. */
const tools = ["dash", "zsh", "fish", "tcsh", "sudo", "openssl", "shellcheck"];

async function main(): Promise<void> {
  await bringTools();
  const total: Count = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const add = (count: Count) => {
    for (const key of ["passed", "failed", "skipped"] as const) total[key] += count[key];
    total.failures.push(...count.failures);
  };
  if (filters.length === 0) {
    add(await check("lint", "biome", ["check", "--error-on-warnings", "."]));
    add(await check("types", "tsc", ["--noEmit"]));
  }
  add(await tests("unit tests", "vitest.config.ts"));
  add(await tests("flows on real hosts", "vitest.host.config.ts"));
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  // Once more where everybody looks: above them are the flows' own tables.
  for (const failure of total.failures) console.log(`\nFAILED ${failure}`);
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
  await bring(missing);
}

/** A step that passes or fails as a whole. */
async function check(name: string, command: string, words: string[]): Promise<Count> {
  console.log(`\n== ${name}`);
  const { failed } = await execa(command, words, { cwd: root, preferLocal: true, stdio: "inherit", reject: false });
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0, failures: failed ? [name] : [] };
}

async function tests(name: string, config: string): Promise<Count> {
  if (filters.length > 0 && !(await areThere(config))) return { passed: 0, failed: 0, skipped: 0, failures: [] };
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

/** Whether the filters mean any of these: else their hosts need not be made, and those of another run stay. */
async function areThere(config: string): Promise<boolean> {
  const words = ["list", "--filesOnly", "--config", config, ...filters];
  const { failed, stdout } = await execa("vitest", words, { cwd: root, preferLocal: true, reject: false });
  return failed || stdout.trim() !== "";
}

/** What of vitest's own report is read here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

/** A run that failed without a failed test (a file that does not load) counts as one. */
function countOf(path: string, failed: boolean): Count {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: ["vitest: it left no report"] };
  }
  const { numPassedTests: passed, numFailedTests, numPendingTests: skipped } = report;
  return { passed, failed: Math.max(numFailedTests, failed ? 1 : 0), skipped, failures: failuresOf(report) };
}

function failuresOf({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages: [why = ""] }) => `${file} > ${fullName.trim()}\n${gistOf(why)}`);
    return message ? [`${file}\n${gistOf(message)}`, ...tests] : tests;
  });
}

/** As much of a message as tells what it is about: its beginning, and its end, where the values are that were compared. */
function gistOf(text: string): string {
  const lines = text
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .map((line) => `  ${line.slice(0, 300)}`);
  return (lines.length <= 40 ? lines : [...lines.slice(0, 4), "  …", ...lines.slice(-30)]).join("\n");
}

void main();
