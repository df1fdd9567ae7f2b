import { connect, createServer, type Server, type Socket } from "node:net";

/** What went through a relay. */
export interface Traffic {
  connections: number;
  /** How often the client had to wait for the server: its words after an answer count once, however many they are. */
  roundTrips: number;
}

/** Stands before the ssh port of a host: counts, and delays as a distance does. */
export class Relay {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #traffic: Traffic = { connections: 0, roundTrips: 0 };

  /** `delay`: milliseconds from one end to the other and back. */
  constructor(
    readonly target: number,
    public delay = 0,
  ) {
    this.#server = createServer((client) => this.#relay(client));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as { port: number }).port;
  }

  /** Since the last call. */
  take(): Traffic {
    const taken = this.#traffic;
    this.#traffic = { connections: 0, roundTrips: 0 };
    return taken;
  }

  end(): void {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
  }

  #relay(client: Socket): void {
    const traffic = this.#traffic;
    traffic.connections++;
    const server = connect(this.target, "127.0.0.1");
    let spoke: "server" | "client" = "server";
    this.#pass(client, server, () => {
      if (spoke === "server") traffic.roundTrips++;
      spoke = "client";
    });
    this.#pass(server, client, () => {
      spoke = "server";
    });
  }

  /** Each chunk comes half a round trip later; a connection is made with a whole one, as TCP's own. */
  #pass(from: Socket, to: Socket, heard: () => void): void {
    this.#open.add(from);
    const begun = Date.now() + this.delay;
    const later = (act: () => void) => {
      if (this.delay === 0) act();
      else setTimeout(act, Math.max(0, begun - Date.now()) + this.delay / 2);
    };
    from.setNoDelay(true);
    from.on("data", (data) => {
      heard();
      later(() => to.writable && to.write(data));
    });
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#open.delete(from);
      later(() => to.destroy());
    });
    from.on("end", () => later(() => to.end()));
  }
}
