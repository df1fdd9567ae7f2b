import { family, read } from "./processes";

/** Watches what a process and all that it starts have of the memory: what they share counts once (PSS). */
export class Memory {
  #peak = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(readonly roots: readonly number[]) {
    this.#timer = setInterval(() => this.#look(), 250);
  }

  /** MiB at most. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#peak;
  }

  #look(): void {
    const pids = family(...this.roots);
    const sizes = pids.map((pid) => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? "")?.[1] ?? 0));
    this.#peak = Math.max(this.#peak, sizes.reduce((sum, size) => sum + size, 0) / 1024);
  }
}
