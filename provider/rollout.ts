import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "./resource";

export interface RolloutInputs {
  /** Seconds to wait after the batch before, where that changed anything. 0 for the first batch. */
  pause: number;
  /** What becomes of the hosts that this run has updated already, when one fails. */
  onFailure: "stop" | "rollBack";
}

/** Takes a host back to the release before; answers what to tell. */
export type Undo = () => Promise<string>;

/** What this run has done so far, app by app. One plugin process serves all hosts of a run, and so sees it all. */
export class Rollouts {
  readonly #updated = new Map<string, Undo[]>();
  readonly #failed = new Set<string>();

  /** Waits out the pause, in which people look at what the batch before does. Ends with the user's cancel. */
  async pause(app: string, seconds: number, { signal, status }: Pick<Context, "signal" | "status">): Promise<void> {
    if (!this.#updated.has(app)) return;
    for (let left = Math.ceil(seconds); left > 0; left--) {
      await status(`waits ${left} s after the hosts before it`);
      await sleep(1000, undefined, { signal });
    }
  }

  /** Notes an update; throws where the app has failed on another host meanwhile: then this one has gone back too. */
  async updated(app: string, { onFailure }: RolloutInputs, undo: Undo): Promise<void> {
    if (onFailure === "rollBack" && this.#failed.has(app))
      throw new Error(`${await undo()}, as the update failed on another host`);
    this.#updated.set(app, [...(this.#updated.get(app) ?? []), undo]);
  }

  /** One host failed: the ones before it stay as they are, or go back. Each is told, whatever becomes of the others. */
  async failed(app: string, { onFailure }: RolloutInputs, { log }: Pick<Context, "log">): Promise<void> {
    this.#failed.add(app);
    if (onFailure === "stop") return;
    const undos = this.#updated.get(app) ?? [];
    this.#updated.delete(app);
    await Promise.all(
      undos.map(async (undo) => {
        try {
          await log(`${await undo()}, as the update failed here`, "warning");
        } catch (error) {
          await log((error as Error).message, "error");
        }
      }),
    );
  }
}
