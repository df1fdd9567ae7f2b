import { isDeepStrictEqual } from "node:util";
import { uncompared } from "./connection";
import type { Values } from "./resource";

/** How the engine spells a value that a preview can't know yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Change {
  /** `content`, `connection.port`, `files["requirements.txt"]` */
  path: string;
  kind: "add" | "delete" | "update";
  replaces: boolean;
}

const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What differs between the state (as last read) and the new inputs, leaf by leaf; lists are compared whole.
 * Pure, and blind to credentials and machine-local paths of the connection.
 */
export function diffInputs(
  old: Values,
  news: Values,
  rules: { replaces: readonly string[]; ignores?: readonly string[] },
): Change[] {
  const keys = Object.keys({ ...old, ...news }).filter((key) => !rules.ignores?.includes(key));
  return keys.flatMap((key) => {
    const [before, after] =
      key === "connection" ? [comparable(old[key]), comparable(news[key])] : [old[key], news[key]];
    return leaves(key, before, after).map((change) => ({
      ...change,
      replaces: change.path === "connection.host" || rules.replaces.includes(key),
    }));
  });
}

/** True when a value, or a part of it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

function comparable(connection: unknown): unknown {
  if (!isObject(connection)) return connection;
  const { proxy, ...rest } = connection;
  const kept = Object.entries(rest).filter(([key]) => !(uncompared as readonly string[]).includes(key));
  return { ...Object.fromEntries(kept), ...(proxy === undefined ? {} : { proxy: comparable(proxy) }) };
}

function leaves(path: string, before: unknown, after: unknown): Omit<Change, "replaces">[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (before === undefined) return [{ path, kind: "add" }];
  if (after === undefined) return [{ path, kind: "delete" }];
  if (!isObject(before) || !isObject(after)) return [{ path, kind: "update" }];
  return Object.keys({ ...before, ...after }).flatMap((key) => leaves(join(path, key), before[key], after[key]));
}

const join = (path: string, key: string): string =>
  /^\w+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
