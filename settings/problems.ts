import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";

/** One fault of the settings: where it is, what should be there, what was got. */
export interface Problem {
  path: string;
  message: string;
}

/** All faults of a value, path first. What is got is shown, except where it is or may be secret. */
export function problemsOf(
  error: z.ZodError,
  value: unknown,
  root: string,
  known: (path: readonly PropertyKey[]) => string[],
): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: join(root, [...issue.path, key]),
        message: `is no setting${suggest(key, known(issue.path))}`,
      }));
    }
    if (issue.code === "invalid_key") {
      return [{ path: join(root, issue.path), message: issue.issues[0]?.message ?? issue.message }];
    }
    const got = at(value, issue.path);
    const plain = issue.code === "custom" ? "" : ` (got ${show(got, issue.path)})`;
    const message =
      got === undefined && issue.code !== "custom" ? `is missing: ${issue.message}` : `${issue.message}${plain}`;
    return [{ path: join(root, issue.path), message }];
  });
}

/** `; did you mean startsecs?`, where something is near. */
export function suggest(word: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const near = closest(word, [...known]);
  return distance(word, near) <= Math.max(2, word.length / 3) ? `; did you mean ${near}?` : "";
}

const secretKeys = /^(privateKey|privateKeyPassword|password|becomePassword|indexUrl|deployKey|token|environment)$/;

function show(value: unknown, path: readonly PropertyKey[]): string {
  if (path.some((key) => secretKeys.test(String(key))) && value !== undefined) return "[secret]";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

export const join = (root: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`), root);

export const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
