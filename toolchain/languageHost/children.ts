import { type ChildProcess, spawn } from "node:child_process";

export interface Start {
  cwd: string;
  env: NodeJS.ProcessEnv;
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  /** Ends the child when the caller has gone. */
  onCancelled?(stop: () => void): void;
}

/** The programs that run now: they end with the host, and when the user cancels. */
export class Children {
  readonly #running = new Set<ChildProcess>();
  #cancelled = false;

  /** Runs a program to its end; answers its exit code or signal. */
  start(command: string, words: readonly string[], { cwd, env, stdout, stderr, onCancelled }: Start) {
    return new Promise<number | NodeJS.Signals>((resolve, reject) => {
      const child = spawn(command, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
      this.#running.add(child);
      child.stdout.on("data", stdout);
      child.stderr.on("data", stderr);
      onCancelled?.(() => stop(child));
      if (this.#cancelled) stop(child);
      const finish = (code: number | null, signal: NodeJS.Signals | null) => {
        this.#running.delete(child);
        resolve(code ?? signal ?? 1);
      };
      child.once("error", (error) => {
        this.#running.delete(child);
        reject(new Error(`could not run ${command}: ${error.message}`));
      });
      child.once("close", finish);
      // A grandchild may hold the pipes open long after the child has ended.
      child.once("exit", (code, signal) => setTimeout(finish, 5000, code, signal).unref());
    });
  }

  cancel(): void {
    this.#cancelled = true;
    for (const child of this.#running) stop(child);
  }

  async end(): Promise<void> {
    const ended = [...this.#running].map((child) => new Promise((resolve) => child.once("exit", resolve)));
    this.cancel();
    const late = new Promise((resolve) => setTimeout(resolve, 4000));
    await Promise.race([Promise.all(ended), late]);
    for (const child of this.#running) child.kill("SIGKILL");
  }
}

/** Asks first, and does not ask for ever. */
function stop(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGKILL"), 5000).unref();
}
