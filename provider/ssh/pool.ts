import type { Host } from "../commands/shell";
import type { Connection } from "../connection";
import { Channels } from "./channels";
import { addressOf } from "./connect";
import { Early, type Memory } from "./early";
import { SshHost } from "./host";
import type { HostKey } from "./knownHosts";
import { type Gate, PooledLink } from "./link";

/** Below MaxSessions, of which sshd has 10. */
const channelsPerHost = 8;
/** Below MaxStartups, by which sshd refuses some of more than 10 that are not logged in yet. */
const handshakesAtOnce = 4;
/** No chain of proxies is longer, but a circle is. */
const mostProxies = 8;

/** One connection per host and proxy for the life of the process, opened by the first command that needs it. */
export class Pool {
  readonly #hosts = new Map<string, SshHost>();
  readonly #links = new Map<string, PooledLink>();
  readonly #gates = new Map<string, Gate>();

  /** `memory`: where what hosts are asked is kept from run to run. @default nowhere */
  constructor(readonly memory?: Memory) {}

  host(connection: Connection): Host {
    const key = written(connection);
    const known = this.#hosts.get(key);
    if (known !== undefined) return known;
    const host = new SshHost(connection, this.#link(connection), new Early(this.memory, connection));
    this.#hosts.set(key, host);
    return host;
  }

  /** The keys that a machine shows, trusted or not. */
  shownKeys(connection: Connection): Promise<HostKey[]> {
    return this.#link(connection).shownKeys();
  }

  /** A line for each connection that was made: what went over it. */
  report(): string[] {
    return [...this.#links.values()].filter(({ connections }) => connections > 0).map((link) => link.report());
  }

  async close(): Promise<void> {
    for (const { early } of this.#hosts.values()) early.save();
    // Those behind a proxy first: they were made last.
    for (const link of [...this.#links.values()].reverse()) await link.close();
  }

  #link(connection: Connection, depth = 0): PooledLink {
    const key = written(placeOf(connection));
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    const link = new PooledLink(connection, new Channels(channelsPerHost), {
      before: (proxy) => {
        if (depth === mostProxies) throw new Error(`more than ${mostProxies} proxies: does ProxyJump go in circles?`);
        return this.#link(proxy, depth + 1);
      },
      gate: (leg) => this.#gate(leg.via === undefined ? addressOf(leg) : written(placeOf(leg.via))),
    });
    this.#links.set(key, link);
    return link;
  }

  #gate(key: string): Gate {
    const gate = this.#gates.get(key) ?? new Channels(handshakesAtOnce);
    this.#gates.set(key, gate);
    return gate;
  }
}

/** What makes one connection another one: not how its host is called or what is done there. */
function placeOf({ name, become, becomePassword, commandTimeout, silenceTimeout, ...place }: Connection): Connection {
  return { ...place, ...(place.proxy && { proxy: placeOf(place.proxy) }) };
}

const written = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort())
      : inner,
  );
