import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Connection } from "../connection";
import { localPath } from "./localPath";

/** The keys that a host may show. */
export interface Trusted {
  /** Where they come from, for messages. */
  from: string;
  keys: { type: string; blob: Buffer }[];
  /** Keys marked `@revoked`. */
  revoked: Buffer[];
}

/** The keys that the settings trust for this host; throws with what to do where there is none. */
export function trustedKeys(connection: Connection): Trusted {
  const { hostKey, knownHosts, host, port = 22 } = connection;
  if (hostKey !== undefined) {
    const key = keyOf(hostKey.trim().split(/\s+/));
    if (key === undefined) throw new Error('hostKey should read "ssh-ed25519 AAAA…"');
    return { from: "hostKey", keys: [key], revoked: [] };
  }
  if (knownHosts === undefined)
    throw new Error("neither hostKey nor knownHosts is set, and nothing is trusted silently");
  const trusted = parseKnownHosts(readFileSync(localPath(knownHosts), "utf8"), host, port);
  if (trusted.keys.length === 0) throw new Error(`${knownHosts} has no key for ${asWritten(host, port)}`);
  return { ...trusted, from: knownHosts };
}

/** Pure: the lines of a known_hosts file that are about this host. */
export function parseKnownHosts(text: string, host: string, port: number): Omit<Trusted, "from"> {
  const found: Omit<Trusted, "from"> = { keys: [], revoked: [] };
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
    if (words.length < 3 || words[0]!.startsWith("#") || !names(words[0]!, asWritten(host, port))) continue;
    const key = keyOf(words.slice(1));
    if (key === undefined) continue;
    if (marker === "@revoked") found.revoked.push(key.blob);
    else if (marker === undefined) found.keys.push(key);
    else throw new Error(`${marker} lines of known_hosts are not supported: set hostKey`);
  }
  return found;
}

export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;

const asWritten = (host: string, port: number): string => (port === 22 ? host : `[${host}]:${port}`);

function names(patterns: string, name: string): boolean {
  if (patterns.startsWith("|1|")) {
    const [salt = "", hash = ""] = patterns.slice(3).split("|");
    return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
  }
  const listed = patterns.split(",");
  if (listed.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1), name))) return false;
  return listed.some((pattern) => matches(pattern, name));
}

const matches = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "i",
  ).test(name);

function keyOf([type, base64]: string[]): { type: string; blob: Buffer } | undefined {
  if (type === undefined || base64 === undefined || !/^[\w@.-]+$/.test(type)) return undefined;
  const blob = Buffer.from(base64, "base64");
  return blob.length > 16 ? { type, blob } : undefined;
}
