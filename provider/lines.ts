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

/** What changes in versions by name: `+ tomli 2.2.1`, `~ uvicorn 0.53.0 → 0.54.0`, `- six 1.17.0`; empty where nothing does. */
export function entriesOf(name: string, before: unknown, after: unknown): string {
  const [old, news] = [before ?? {}, after ?? {}] as Record<string, string>[];
  const lines = Object.keys({ ...old, ...news })
    .sort()
    .flatMap((key) => {
      const [was, is] = [old![key], news![key]];
      if (was === is) return [];
      if (was === undefined) return [`  + ${key} ${is}`];
      return is === undefined ? [`  - ${key} ${was}`] : [`  ~ ${key} ${was} → ${is}`];
    });
  return lines.length === 0 ? "" : [`${name}:`, ...lines].join("\n");
}
