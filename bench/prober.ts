import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between two probes; a shorter pause is not seen. */
const pace = 20;
/** Milliseconds that a slow machine may need for an answer; a refused connection is known at once. */
const patience = 3000;

/** What an app said at a moment; undefined: nothing, or no 200. */
interface Probe {
  at: number;
  said: string | undefined;
}

/** Asks an app all the time, each time over a connection of its own, as a stranger would. */
export class Prober {
  readonly #probes: Probe[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(
    readonly port: number,
    readonly host = "127.0.0.1",
  ) {
    this.#timer = setInterval(() => void this.#probe(), pace);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Milliseconds since a moment in which nobody was served: from each question without an answer to the next with one. */
  pauseSince(moment: number): number {
    const probes = this.#probes.filter(({ at }) => at >= moment).sort((a, b) => a.at - b.at);
    let pause = 0;
    let down: number | undefined;
    for (const { at, said } of probes) {
      if (said === undefined) down ??= at;
      else if (down !== undefined) {
        pause += at - down;
        down = undefined;
      }
    }
    return down === undefined ? pause : pause + Date.now() - down;
  }

  /** What it says now, asked until it says something; undefined when it stays silent. */
  async says(patience = 10_000): Promise<string | undefined> {
    for (const end = Date.now() + patience; Date.now() < end; await sleep(50)) {
      const { said } = await this.#probe();
      if (said !== undefined) return said;
    }
    return undefined;
  }

  #probe(): Promise<Probe> {
    const at = Date.now();
    return new Promise((resolve) => {
      const end = (said: string | undefined) => {
        const probe = { at, said };
        this.#probes.push(probe);
        resolve(probe);
      };
      const request = get({ host: this.host, port: this.port, agent: false, timeout: patience }, (response) => {
        let body = "";
        response.on("data", (chunk) => {
          body += chunk;
        });
        response.on("end", () => end(response.statusCode === 200 ? messageIn(body) : undefined));
        response.on("error", () => end(undefined));
      });
      request.on("timeout", () => request.destroy(new Error("no answer")));
      request.on("error", () => end(undefined));
    });
  }
}

function messageIn(body: string): string | undefined {
  try {
    return JSON.parse(body).message;
  } catch {
    return undefined;
  }
}
