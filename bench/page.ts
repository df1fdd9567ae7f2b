import { existsSync, readFileSync, writeFileSync } from "node:fs";

const mark = "<!-- table -->";

/** Puts a text below the mark of a page, in the place of what was there. */
export function writeBelow(page: string, text: string): void {
  const head = existsSync(page) ? readFileSync(page, "utf8").split(mark)[0]! : "";
  writeFileSync(page, `${head}${mark}\n\n${text}\n`);
}

/** A table in Markdown. */
export function tableOf(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const cell = (value: unknown) => String(value).replaceAll("|", "\\|").replace(/\s+/g, " ");
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map((row) => line(row.map(cell)))].join("\n");
}
