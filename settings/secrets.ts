import { parse } from "yaml";
import { at } from "./problems";

/** Leaves that are secret when the stack file can't tell. */
const guarded = /^(privateKey|privateKeyPassword|password|indexUrl)$/;

/**
 * Which leaves of a config value are `secure:` in the stack file. The engine hands nested secrets over plain; the file
 * says where they were. Where it can't be trusted (missing, unreadable, or its plain leaves differ from what was
 * handed over) every text that may be a secret counts as one.
 */
export function secretLeaves(
  value: unknown,
  stackFile: string | undefined,
  key: string,
): (path: readonly string[]) => boolean {
  const written = readValue(stackFile, key);
  const agrees =
    written !== undefined && leavesOf(written).every(({ path, leaf }) => isSecure(leaf) || at(value, path) === leaf);
  return (path) => {
    if (!agrees) return path.includes("environment") || guarded.test(path.at(-1) ?? "");
    return path.some((_, i) => isSecure(at(written, path.slice(0, i + 1))));
  };
}

function readValue(stackFile: string | undefined, key: string): unknown {
  try {
    return stackFile === undefined ? undefined : parse(stackFile, { merge: true })?.config?.[key];
  } catch {
    return undefined;
  }
}

const isSecure = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 1 && "secure" in value;

function leavesOf(value: unknown, path: readonly string[] = []): { path: readonly string[]; leaf: unknown }[] {
  if (typeof value !== "object" || value === null || isSecure(value)) return [{ path, leaf: value }];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}
