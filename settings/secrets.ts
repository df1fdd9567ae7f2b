import { parse } from "yaml";
import { type Given, isInherited, kindOf, type Table } from "./defaults";
import { at } from "./problems";

/** What a stack file says, before secrets are decrypted. */
type Written = Readonly<Record<string, unknown>> | undefined;

/** Where a secret may stand: all else goes into names, paths and messages. */
const mayBeSecret = (path: readonly string[]): boolean =>
  path[1] === "environment" ||
  /^(privateKey|privateKeyPassword|password|becomePassword|indexUrl|deployKey|token)$/.test(path.at(-1) ?? "");

/**
 * Which leaves of a config value are `secure:` in the stack file. The engine hands nested secrets over plain; the file
 * says where they were. Where it can't be trusted (missing, unreadable, or its plain leaves differ from what was
 * handed over) every text that may be a secret counts as one.
 */
export function secretLeaves(value: unknown, config: Written, key: string): (path: readonly string[]) => boolean {
  const written = config?.[key];
  const agrees =
    written !== undefined && leavesOf(written).every(({ path, leaf }) => isSecure(leaf) || at(value, path) === leaf);
  return (path) =>
    mayBeSecret(path) && (!agrees || [...path, ""].some((_, i) => isSecure(at(written, path.slice(0, i)))));
}

/** The same of entries with their defaults: a leaf is secret where it was encrypted, in the entry or in the defaults. */
export function secretsOf(given: Given, config: Written, table: Table) {
  const own = secretLeaves(given[table], config, `supervised:${table}`);
  const inherited = secretLeaves(given.defaults, config, "supervised:defaults");
  const kind = kindOf[table];
  return ([name = "", ...path]: readonly string[]): boolean =>
    isInherited(at(given.defaults, [kind]), at(given[table], [name]), path)
      ? inherited([kind, ...path])
      : own([name, ...path]);
}

/** Leaves that the stack file has encrypted and that can't be secrets. */
export function misplacedSecrets(config: Written, key: string): string[][] {
  return leavesOf(config?.[key])
    .filter(({ path, leaf }) => isSecure(leaf) && path.length > 1 && !mayBeSecret(path))
    .map(({ path }) => [...path]);
}

/** The stack file as the CLI reads it: with merge keys, and as many aliases as a fleet has hosts. */
export const readStack = (text: string) => parse(text, { merge: true, maxAliasCount: -1 });

/** The `config` of a stack file; undefined where there is none that can be read. */
export function writtenIn(text: string | undefined): Written {
  try {
    return text === undefined ? undefined : readStack(text)?.config;
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
