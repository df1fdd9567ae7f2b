import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";

/** One fault of the settings: where it is, what should be there, what was got. */
export interface Problem {
  path: string;
  message: string;
}

/** All faults of a value, path first. What is got is shown, except where it is or may be secret. With `schema`: did you mean. */
export function problemsOf(
  error: Pick<z.ZodError, "issues">,
  value: unknown,
  root: string,
  schema: z.ZodType | undefined = undefined,
): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: join(root, [...issue.path, key]),
        message: `is no setting${suggest(key, keysAt(schema, issue.path))}`,
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

/** The settings that are known at a path. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  // What is in a list has the shape of the list's element, which shapeOf finds.
  const inner = path.reduce<unknown>((of, key) => (typeof key === "number" ? of : at(shapeOf(of), [key])), schema);
  return Object.keys((shapeOf(inner) as object | undefined) ?? {});
}

function shapeOf(schema: unknown): unknown {
  const unwrapped = schema as
    | { shape?: unknown; def?: { getter?: () => unknown; innerType?: unknown; element?: unknown } }
    | undefined;
  if (unwrapped?.shape !== undefined) return unwrapped.shape;
  const next = unwrapped?.def?.innerType ?? unwrapped?.def?.element ?? unwrapped?.def?.getter?.();
  return next === undefined ? undefined : shapeOf(next);
}

const secretKeys = /^(privateKey|privateKeyPassword|password|becomePassword|indexUrl|deployKey|token|environment)$/;

function show(value: unknown, path: readonly PropertyKey[]): string {
  if (path.some((key) => secretKeys.test(String(key))) && value !== undefined) return "[secret]";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

export const join = (root: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`), root);

/** What `join` has put together: `apps.shop.hosts[0]` → apps, shop, hosts, 0. */
export const split = (path: string): PropertyKey[] =>
  [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([word, index]) => (index === undefined ? word : Number(index)));

export const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
