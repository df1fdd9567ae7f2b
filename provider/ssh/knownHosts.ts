import { createHash, createHmac } from "node:crypto";

/** The lines of a known_hosts file that are about a host. */
export interface Known {
  keys: HostKey[];
  /** Keys marked `@revoked`. */
  revoked: Buffer[];
  /** How many `@cert-authority` lines there are. */
  authorities: number;
}

export interface HostKey {
  /** `ssh-ed25519` */
  type: string;
  blob: Buffer;
}

/** Pure. `name` as known_hosts writes it: `web1`, `[web1]:2201`. */
export function parseKnownHosts(text: string, name: string): Known {
  const found: Known = { keys: [], revoked: [], authorities: 0 };
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
    if (words.length < 3 || words[0]!.startsWith("#") || !names(words[0]!, name)) continue;
    const key = keyOf(words.slice(1).join(" "));
    if (key === undefined) continue;
    if (marker === "@revoked") found.revoked.push(key.blob);
    else if (marker === "@cert-authority") found.authorities++;
    else if (marker === undefined) found.keys.push(key);
  }
  return found;
}

/** `ssh-ed25519 AAAA… note`; undefined where that is no key of the kind that it says. */
export function keyOf(text: string): HostKey | undefined {
  const [type = "", base64 = ""] = text.trim().split(/\s+/);
  const blob = Buffer.from(base64, "base64");
  if (blob.length < 20 || blob.readUInt32BE(0) !== type.length) return undefined;
  return blob.subarray(4, 4 + type.length).toString("latin1") === type ? { type, blob } : undefined;
}

export const writeKey = ({ type, blob }: HostKey): string => `${type} ${blob.toString("base64")}`;

export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;

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
