import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "ssh2";
import type { Host } from "../commands/shell";
import type { Connection } from "../connection";
import { Channels } from "./channels";
import { ConnectError } from "./commandError";
import { connect } from "./connect";
import { type Link, SshHost } from "./host";

const channelsPerHost = 8;
/** Waits before a second and third try, where a host was there but did not take the connection. */
const retries = [300, 1000];

/** One connection per host for the life of the process, opened by the first command that needs it. */
export class Pool {
  readonly #hosts = new Map<string, { host: Host; link: PooledLink }>();

  host(connection: Connection): Host {
    const key = JSON.stringify(Object.entries(connection).sort());
    const known = this.#hosts.get(key);
    if (known !== undefined) return known.host;
    const link = new PooledLink(connection);
    const host = new SshHost(connection, link);
    this.#hosts.set(key, { host, link });
    return host;
  }

  async close(): Promise<void> {
    for (const { link } of this.#hosts.values()) await link.close();
  }
}

class PooledLink implements Link {
  readonly channels = new Channels(channelsPerHost);
  #client: Promise<Client> | undefined;

  constructor(readonly connection: Connection) {}

  /** All who ask at once share one attempt and its failure; later ones try anew. */
  client(): Promise<Client> {
    this.#client ??= connectPatiently(this.connection).then(
      (client) => {
        client.once("close", () => {
          this.#client = undefined;
        });
        return client;
      },
      (error) => {
        // Kept for a moment: the resources of one host all ask within it, and one answer is enough.
        setTimeout(() => {
          this.#client = undefined;
        }, 5000).unref();
        throw error;
      },
    );
    return this.#client;
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    client?.end();
  }
}

async function connectPatiently(connection: Connection): Promise<Client> {
  for (const wait of retries) {
    try {
      return await connect(connection);
    } catch (error) {
      if (
        !(error instanceof ConnectError) ||
        !/refused the connection|ECONNRESET|lost before handshake/.test(error.cause)
      )
        throw error;
    }
    await sleep(wait);
  }
  return connect(connection);
}
