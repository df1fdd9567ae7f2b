import { structuredPatch } from "diff";

/**
 * What changes in a text, or in each of several named texts, as `-` and `+` lines with one line around; empty where
 * nothing does.
 */
export function linesOf(name: string, before: unknown, after: unknown): string {
  if (typeof before === "string" || typeof after === "string") return patch(name, before, after);
  const [old, news] = [before ?? {}, after ?? {}] as Record<string, unknown>[];
  return Object.keys({ ...old, ...news })
    .map((key) => patch(key, old![key], news![key]))
    .filter((text) => text !== "")
    .join("\n");
}

function patch(name: string, before: unknown, after: unknown): string {
  const { hunks } = structuredPatch(name, name, String(before ?? ""), String(after ?? ""), "", "", { context: 1 });
  if (hunks.length === 0) return "";
  return [`${name}:`, ...hunks.flatMap(({ lines }) => lines.map((line) => `  ${line}`))].join("\n");
}
