import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tableOf, writeBelow } from "../../../bench/page";
import { directory, root } from "../places";

/** How one fault ended. */
export interface Row {
  fault: string;
  /** Where in the update. */
  step: string;
  serves: "the old version" | "the new version" | "DOWN";
  /** Milliseconds. */
  pause: number;
  exitCode: number | string;
  /** The line that tells the user. */
  message: string;
  boots: boolean;
  converges: boolean;
}

/** Whether the whole matrix is asked for, or every fault at its worst step. */
export const isWhole = process.env.FAULTS === "all";
const file = join(directory, isWhole ? "faults-all.jsonl" : "faults.jsonl");

/** Those of the whole matrix stay: a file of it that is run again renews its own. */
export const clearRows = (): void => {
  if (!isWhole) rmSync(file, { force: true });
};
export const addRow = (row: Row): void => appendFileSync(file, `${JSON.stringify(row)}\n`);

const table = (rows: readonly Row[]): string =>
  tableOf(
    [
      "fault",
      "at",
      "serves afterwards",
      "pause ms",
      "exit code",
      "what the user is told",
      "supervisord would boot",
      "next `up` converges",
    ],
    rows.map(({ fault, step, serves, pause, exitCode, message, boots, converges }) => [
      ...[fault, step, serves, pause, exitCode, message],
      ...[boots, converges].map((is) => (is ? "yes" : "NO")),
    ]),
  );

/** Prints what was tried; of the whole matrix it writes docs/reliability.md. */
export function report(): void {
  if (!existsSync(file)) return;
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const newest = new Map(lines.map((line) => JSON.parse(line) as Row).map((row) => [`${row.fault} ${row.step}`, row]));
  const rows = [...newest.values()];
  console.log(`\n${table(rows)}\n`);
  if (!isWhole) return;
  const down = rows.filter(({ serves }) => serves === "DOWN").length;
  const summary = `${rows.length} cases; ${down} ended down, ${rows.filter(({ boots }) => !boots).length} left a conf on which supervisord would not boot, after ${rows.filter(({ converges }) => !converges).length} the next \`up\` did not converge.`;
  writeBelow(join(root, "docs", "reliability.md"), `${summary}\n\n${table(rows)}`);
}
