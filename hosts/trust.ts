import type { Connection } from "../provider/connection";
import { trustedKeys } from "../provider/ssh/hostKeys";
import { fingerprint, type HostKey, keyOf, writeKey } from "../provider/ssh/knownHosts";
import { legOf } from "../provider/ssh/leg";
import type { Pool } from "../provider/ssh/pool";
import type { Stack } from "./stack";

/** How trust is asked for and told. */
export interface Voice {
  say(line: string): void;
  ask(question: string): Promise<boolean>;
}

/**
 * Shows the keys of a host and writes the one that is trusted. The proxies before it come first: what is shown through
 * one that nobody trusts proves nothing. Answers false where somebody said no.
 */
export async function trust(stack: Stack, pool: Pool, name: string, voice: Voice): Promise<boolean> {
  const connection = await stack.connection(name);
  for (const path of pathsTo(connection, [name])) {
    const at = path.slice(1).reduce((one) => one.proxy!, connection);
    const isProxy = path.length > 1;
    const shown = await pool.shownKeys(at);
    const known = knownTo(at);
    if (isProxy && shown.some((key) => known?.accepts(key))) continue;
    const label = isProxy ? `${at.host}, a proxy of ${name},` : name;
    if (!(await settle(label, at, shown, known, voice))) return false;
    const key = writeKey(shown.find((one) => !known?.revokes(one))!);
    if (at.hostKey !== undefined && sameKey(at.hostKey, key)) continue;
    const place = stack.writeHostKey(path, key);
    voice.say(`${place} is written to ${stack.file}`);
    // From here on it is reached by that key.
    at.hostKey = key;
    delete at.knownHosts;
  }
  return true;
}

async function settle(label: string, at: Connection, shown: HostKey[], known: Known | undefined, { say, ask }: Voice) {
  const usable = shown.filter((key) => !known?.revokes(key));
  say(`${label} shows${shown.length === 0 ? " no key of a known kind" : ":"}`);
  for (const key of shown) {
    const note = known?.revokes(key) ? "REVOKED" : known?.accepts(key) ? `known to ${known.from}` : "";
    say(`  ${key.type.padEnd(20)} ${fingerprint(key.blob)}  ${note}`.trimEnd());
  }
  const [key] = usable;
  if (key === undefined) throw new Error(`${label} shows no key that can be trusted`);
  if (at.hostKey !== undefined && sameKey(at.hostKey, writeKey(key))) {
    say("It is trusted already.");
    return true;
  }
  if (at.hostKey !== undefined)
    say(
      `The settings have another key: ${fingerprint(keyOf(at.hostKey)?.blob ?? Buffer.alloc(0))}. Was the host made anew?`,
    );
  say("On the host itself, `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` (and so on) tells its fingerprints.");
  return ask(`Trust ${key.type} ${fingerprint(key.blob)}?`);
}

interface Known {
  from: string;
  accepts(key: HostKey): boolean;
  revokes(key: HostKey): boolean;
}

function knownTo(connection: Connection): Known | undefined {
  try {
    const { from, keys, revoked } = trustedKeys(legOf(connection));
    const revokes = ({ blob }: HostKey) => revoked.some((one) => one.equals(blob));
    return { from, revokes, accepts: (key) => !revokes(key) && keys.some(({ blob }) => blob.equals(key.blob)) };
  } catch {
    return undefined; // nothing is known, which is why one asks
  }
}

/** The outermost proxy first, the host last. */
const pathsTo = (connection: Connection, path: [string, ...string[]]): [string, ...string[]][] =>
  connection.proxy === undefined ? [path] : [...pathsTo(connection.proxy, [...path, "proxy"]), path];

const sameKey = (one: string, other: string): boolean =>
  one.split(/\s+/).slice(0, 2).join(" ") === other.split(/\s+/).slice(0, 2).join(" ");
