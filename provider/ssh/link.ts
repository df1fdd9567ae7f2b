import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "ssh2";
import type { Connection } from "../connection";
import type { Channels } from "./channels";
import { ConnectError } from "./commandError";
import { addressOf, connect, nameOf } from "./connect";
import type { Link } from "./host";
import type { HostKey } from "./knownHosts";
import { type Leg, legOf } from "./leg";
import { shownKeys } from "./shownKeys";
import { trace } from "./trace";

/** Milliseconds before a host that was there but did not take the connection is tried again, some more or less. */
const waits = [300, 1000, 2000, 4000];
/** One that refuses is not likely to think better of it. */
const refusedWaits = waits.slice(0, 2);

/** Lets a few at a time begin. */
export type Gate = Pick<Channels, "use">;

/** What a link needs of the others. */
export interface Surroundings {
  before(proxy: Connection): PooledLink;
  gate(leg: Leg): Gate;
}

/** The connection to one machine, made when it is needed and made again when it was lost. */
export class PooledLink implements Link {
  connections = 0;
  #programs = 0;
  #running = 0;
  #most = 0;
  /** Connections to other hosts that go through this one. */
  #through = 0;
  #client: Promise<Client> | undefined;
  #leg: Leg | undefined;
  #given = new AbortController();

  constructor(
    readonly connection: Connection,
    readonly channels: Channels,
    readonly surroundings: Surroundings,
  ) {}

  /** All who ask at once share one attempt and its failure; later ones try anew. */
  client(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const making = this.#connect();
    const forget = () => {
      if (this.#client === making) this.#client = undefined;
    };
    making.then(
      (client) => {
        this.connections++;
        client.once("close", forget);
      },
      // Kept for a moment: the resources of one host all ask within it, and one answer is enough.
      () => setTimeout(forget, 5000).unref(),
    );
    this.#client = making;
    return making;
  }

  /** How the machine is reached. Throws a ConnectError where that can't be told. */
  leg(): Leg {
    this.#leg ??= this.#told(() => legOf(this.connection));
    return this.#leg;
  }

  began(): void {
    this.#programs++;
    this.#most = Math.max(this.#most, ++this.#running);
  }

  ended(): void {
    this.#running--;
  }

  /** `web1 (192.0.2.10): 1 connection, 19 programs, at most 4 at once` */
  report(): string {
    const parts = [
      count(this.connections, "connection"),
      this.#programs > 0 && `${count(this.#programs, "program")}, at most ${this.#most} at once`,
      this.#through > 0 && `${count(this.#through, "connection")} through it`,
    ];
    return `${nameOf(this.connection)}: ${parts.filter(Boolean).join(", ")}`;
  }

  async close(): Promise<void> {
    this.#given.abort();
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    this.#given = new AbortController();
    client?.end();
  }

  async #connect(): Promise<Client> {
    const leg = this.leg();
    const { signal } = this.#given;
    const via = leg.via === undefined ? undefined : this.#before(leg.via);
    // The proxy's own connection is made outside of the gate: it has one of its own.
    await via?.client();
    const gate = this.surroundings.gate(leg);
    for (let tries = 0; ; tries++) {
      try {
        return await gate.use(() => this.#once(leg, via, signal), signal);
      } catch (error) {
        if (!(error instanceof ConnectError) || !error.mayPass) throw error;
        const wait = (/refused/.test(error.cause) ? refusedWaits : waits)[tries];
        if (wait === undefined || signal.aborted) throw error;
        await sleep(wait * (0.5 + Math.random()), undefined, { signal });
      }
    }
  }

  /** The keys that the machine shows, trusted or not; the proxies before it have to be trusted. */
  async shownKeys(): Promise<HostKey[]> {
    const leg = this.leg();
    const via = leg.via === undefined ? undefined : this.#before(leg.via);
    return shownKeys(leg, async () => via?.forward(leg, nameOf(this.connection)));
  }

  async #once(leg: Leg, via: PooledLink | undefined, signal: AbortSignal): Promise<Client> {
    const sock = await via?.forward(leg, nameOf(this.connection));
    trace(nameOf(this.connection), "connect", addressOf(leg));
    return connect(leg, sock, signal);
  }

  /** A stream to another machine through this one. A failure is that machine's ConnectError. */
  async forward({ address, port }: Leg, name: string): Promise<Duplex> {
    const client = await this.client();
    return new Promise((resolve, reject) => {
      const fail = (why: string, mayPass: boolean) =>
        reject(
          new ConnectError(
            name,
            `its proxy ${nameOf(this.connection)} can't reach ${address}:${port}: ${why}`,
            undefined,
            mayPass,
          ),
        );
      try {
        client.forwardOut(
          "127.0.0.1",
          0,
          address,
          port,
          (error: (Error & { reason?: unknown }) | undefined, channel) => {
            if (!error) {
              this.#through++;
              return resolve(channel);
            }
            if (error.reason === 1) return fail("it forbids forwarding (AllowTcpForwarding, PermitOpen)", false);
            fail(error.message.replace("(SSH) Channel open failure: ", ""), true);
          },
        );
      } catch (error) {
        fail((error as Error).message, true);
      }
    });
  }

  #before(proxy: Connection): PooledLink {
    return this.#told(() => this.surroundings.before(proxy));
  }

  #told<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new ConnectError(nameOf(this.connection), (error as Error).message);
    }
  }
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
