import type { Client, ClientChannel } from "ssh2";
import { open, type Way } from "./execute";

interface Waiting {
  client: Client;
  /** Undefined where it could not be had. */
  channel: Promise<ClientChannel | undefined>;
  isOver: boolean;
}

/**
 * A channel that is opened while a program runs, for the next one: that is spared two round trips and the start of a
 * login shell. Where none can be had nobody is told, and whoever wants a channel opens one.
 */
export class Spare {
  #waiting: Waiting | undefined;
  #isRefused = false;

  /** Where there is none for this connection. */
  prepare(client: Client, way: Way): void {
    if (this.#isRefused || !fits(way) || (this.#waiting?.client === client && !this.#waiting.isOver)) return;
    const end = () => {
      waiting.isOver = true;
    };
    const opening = new Promise<ClientChannel | undefined>((resolve) => {
      open(client, way, (error, channel) => {
        if (error) this.#isRefused = true;
        else channel.once("exit", end).once("close", end).on("error", end);
        resolve(error ? undefined : channel);
      });
    });
    // It may be no connection any more.
    const waiting: Waiting = { client, channel: opening.catch(() => undefined), isOver: false };
    this.#waiting = waiting;
  }

  /** Undefined where there is none for it. */
  async take(client: Client, way: Way): Promise<ClientChannel | undefined> {
    const waiting = this.#waiting;
    if (waiting?.client !== client || !fits(way)) return undefined;
    this.#waiting = undefined;
    const channel = await waiting.channel;
    return waiting.isOver ? undefined : channel;
  }

  /** The other side has so few channels that this one is missed: there will be no other. */
  async giveUp(): Promise<void> {
    this.#isRefused = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    (await waiting?.channel)?.close();
  }
}

/** Whoever runs a program answers for the password that its way asks for; an agent is not for every program. */
const fits = ({ become, forwardAgent = false }: Way): boolean => become?.password === undefined && !forwardAgent;
