import { setTimeout as sleep } from "node:timers/promises";

/** The other side gave no channel: nothing has run. */
export class ChannelRefused extends Error {}

/** Milliseconds before a refused channel is asked for again: a server counts one for a moment after it was closed. */
const patience = [50, 200, 500, 1000, 2000];

/** At most `size` at once, first come first served, and fewer where the other side has fewer to give. */
export class Channels {
  #size: number;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  get taken(): number {
    return this.#taken;
  }

  /** `work` may throw ChannelRefused: it is done again when a channel is free. Rejects with the signal's reason. */
  async use<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#take(signal);
    try {
      for (const wait of patience) {
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof ChannelRefused)) throw error;
        }
        await this.#stepBack();
        await sleep(wait);
        signal?.throwIfAborted();
      }
      return await work();
    } finally {
      this.#taken--;
      this.#grant();
    }
  }

  async #take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting = this.#waiting.filter((one) => one !== go);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(go);
      this.#grant();
    });
  }

  /** There are only as many as the others have now: gives its place back, and is the first to get the next one. */
  async #stepBack(): Promise<void> {
    if (this.#taken === 1) return;
    this.#taken--;
    this.#size = Math.min(this.#size, this.#taken);
    await new Promise<void>((resolve) => this.#waiting.unshift(resolve));
  }

  #grant(): void {
    while (this.#taken < this.#size) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#taken++;
      next();
    }
  }
}
