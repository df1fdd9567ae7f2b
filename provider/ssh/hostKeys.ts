import { existsSync, readFileSync } from "node:fs";
import { fingerprint, type HostKey, type Known, keyOf, parseKnownHosts } from "./knownHosts";
import type { Leg } from "./leg";
import { localPath } from "./localPath";

/** The keys that a host may show. */
export interface Trusted {
  /** Where they come from, for messages. */
  from: string;
  keys: readonly HostKey[];
  revoked: readonly Buffer[];
}

/** What ssh2 can verify. It knows no certificates and none of the keys in hardware (sk-…). */
const verifiable = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

/** The keys that are trusted for this host; throws with what to do where there is none. */
export function trustedKeys(leg: Leg): Trusted {
  const { hostKey, knownHosts } = leg.connection;
  if (hostKey !== undefined) {
    const key = keyOf(hostKey);
    if (key === undefined) throw new Error('hostKey should read "ssh-ed25519 AAAA…"');
    return usable({ from: "hostKey", keys: [key], revoked: [] }, leg);
  }
  const files = knownHosts === undefined ? leg.knownHosts.filter(existsSync) : [localPath(knownHosts)];
  const from = knownHosts ?? (files.join(" and ") || "known_hosts");
  const texts = files.map(read);
  const look = (name: string): Known[] => texts.map((text) => parseKnownHosts(text, name));
  // As ssh does: a host that is known without its port is known.
  const named = look(leg.knownAs);
  const known = named.some(({ keys }) => keys.length > 0) ? named : [...named, ...look(withoutPort(leg.knownAs))];
  const trusted = { from, keys: known.flatMap(({ keys }) => keys), revoked: known.flatMap(({ revoked }) => revoked) };
  if (trusted.keys.length > 0) return usable(trusted, leg);
  if (known.some(({ authorities }) => authorities > 0))
    throw new Error(
      `${from} trusts ${leg.knownAs} by a certificate authority (@cert-authority), and host certificates can't be verified here\n  ${advice}`,
    );
  throw new Error(`${from} has no key for ${leg.knownAs}, and nothing is trusted silently\n  ${advice}`);
}

/** The names of the algorithms by which the host may prove a key: it is asked for no other kind. */
export const algorithmsOf = (keys: readonly HostKey[]): string[] => [
  ...new Set(keys.flatMap(({ type }) => (type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type]))),
];

/** Why a key is not accepted; undefined where it is. */
export function refusal({ keys, revoked, from }: Trusted, shown: Buffer): string | undefined {
  if (revoked.some((key) => key.equals(shown))) return `its host key ${fingerprint(shown)} is revoked in ${from}`;
  if (keys.some(({ blob }) => blob.equals(shown))) return undefined;
  return `it shows the host key ${fingerprint(shown)}, which is not trusted`;
}

const advice = "`npm run hosts -- trust NAME` shows the keys of the settings' host NAME and writes what you trust.";

const withoutPort = (name: string): string => name.replace(/^\[(.*)\]:\d+$/, "$1");

function usable(trusted: Trusted, leg: Leg): Trusted {
  const keys = trusted.keys.filter(({ type }) => verifiable.includes(type));
  if (keys.length > 0) return { ...trusted, keys };
  const types = [...new Set(trusted.keys.map(({ type }) => type))].join(", ");
  throw new Error(
    `${trusted.from} has only ${types} for ${leg.knownAs}; what can be verified is ${verifiable.join(", ")}`,
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`knownHosts can't be read: ${(error as Error).message}`);
  }
}
