import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./places";

const mark = "<!-- table -->";

/** A table in Markdown. */
export function tableOf(names: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cell = (value: unknown) => String(value).replaceAll("|", "\\|").replace(/\s+/g, " ");
  const line = (values: readonly unknown[]) => `| ${values.map(cell).join(" | ")} |`;
  return [line(names), `|${"---|".repeat(names.length)}`, ...rows.map(line)].join("\n");
}

/** Puts what was measured in the place of what a page had behind its mark. */
export function writeMeasured(page: string, text: string): void {
  const path = join(root, "docs", page);
  const head = existsSync(path) ? readFileSync(path, "utf8").split(mark)[0]! : "";
  writeFileSync(path, `${head}${mark}\n\n${text}\n`);
}
