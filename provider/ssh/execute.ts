import type { Client, ClientChannel, ExecOptions } from "ssh2";
import type { Result } from "../commands/shell";
import { ChannelRefused } from "./channels";
import { Output } from "./output";
import { asks, refuses, sudo } from "./sudo";

export interface Program {
  /** POSIX shell. */
  text: string;
  stdin: string;
  /** Become root first; sudo is given the password where it asks for one. */
  become: { password?: string } | undefined;
  /** Seconds. */
  timeout: number;
  /** Seconds without output. */
  silence?: number;
  /** The agent of this machine is made known to it. */
  forwardAgent?: boolean;
  signal?: AbortSignal;
  onLine?(line: string): void;
}

/** How an execution ended when it did not end by itself. */
export type Interruption =
  | "timed out"
  | "silent"
  | "cancelled"
  | "connection lost"
  | "too much output"
  | "not started"
  | "no agent"
  | "wrong password";
export type Execution = Result & { interrupted?: Interruption };

// A constant that every login shell (zsh, fish, csh) reads alike; the program itself arrives on standard input, byte by
// byte exact, and is seen in no process list. GNU head takes no more than it is told. The marks part what the program
// prints from what the login shell printed before; the first one carries the process to end where it must be ended.
const loader = `sh -c 'printf "\\036%s\\n" $$; printf "\\036\\n" >&2; IFS= read -r n && p=$(head -c "$n") && eval "$p"'`;
const environment =
  'export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; umask 022\n';
const outputLimit = 16 << 20;

/** What a channel is opened for. */
export type Way = Pick<Program, "become" | "forwardAgent">;

/** Opens a channel on which the loader waits for a program. */
export function open(
  client: Client,
  { become, forwardAgent = false }: Way,
  opened: (error: Error | undefined, channel: ClientChannel) => void,
): void {
  const line = become === undefined ? `exec ${loader}` : sudo(loader, become.password !== undefined);
  // Its types know no agentForward.
  client.exec(line, { agentForward: forwardAgent } as ExecOptions, opened);
}

/**
 * Runs a program on a channel of its own, which may be there already; it is made when it can be sent. How it ended is in
 * the answer; rejects only with ChannelRefused, or where the connection is closed already: in both cases nothing has run.
 */
export async function execute(
  client: Client,
  way: Way,
  make: () => Program,
  ready?: ClientChannel,
): Promise<Execution> {
  if (ready !== undefined) return new Running(client, ready, make()).ended;
  const running = await new Promise<Running | Error>((resolve, reject) => {
    open(client, way, (error, opened) => {
      // At once: where nothing can be run, the exit code may have come with this very packet.
      if (!error) return resolve(new Running(client, opened, make()));
      // "No response": the connection broke, and it isn't known how far the request came.
      if (/No response|agent forwarding/.test(error.message)) return resolve(error);
      reject(new ChannelRefused(error.message));
    });
  });
  if (!(running instanceof Error)) return running.ended;
  const interrupted = /agent forwarding/.test(running.message) ? "no agent" : "connection lost";
  return { exitCode: undefined, stdout: "", stderr: running.message, interrupted };
}

class Running {
  readonly ended: Promise<Execution>;
  readonly #out: Output;
  readonly #err: Output;
  readonly #timer: NodeJS.Timeout;
  #silence: NodeJS.Timeout | undefined;
  #interrupted: Interruption | undefined;
  #exit: Pick<Result, "exitCode" | "signal"> | undefined;
  #sent = false;
  /** Done when what it started is ended too. */
  #stopped: Promise<void> = Promise.resolve();
  #asked = 0;
  #settle!: (execution: Execution) => void;

  constructor(
    readonly client: Client,
    readonly channel: ClientChannel,
    readonly program: Program,
  ) {
    this.#out = new Output(program.onLine);
    this.#err = new Output(program.onLine);
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#timer = setTimeout(() => this.#interrupt("timed out"), program.timeout * 1000);
    this.#heard();
    channel.on("data", (chunk: Buffer) => this.#take(this.#out, chunk));
    channel.stderr.on("data", (chunk: Buffer) => this.#take(this.#err, chunk));
    channel.on("exit", (code: number | null, signal?: string) => {
      this.#exit = { exitCode: code ?? undefined, ...(signal ? { signal: signal.replace(/^SIG/, "") } : {}) };
    });
    channel.on("close", () => void this.#stopped.then(() => this.#finish()));
    channel.on("error", () => {});
    program.signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (program.signal?.aborted) this.#onAbort();
    // Where sudo may ask, what comes first depends on what it prints.
    else if (program.become?.password === undefined) this.#send();
  }

  readonly #onAbort = (): void => this.#interrupt("cancelled");

  #take(output: Output, chunk: Buffer): void {
    output.add(chunk);
    this.#heard();
    if (this.#out.size + this.#err.size > outputLimit) this.#interrupt("too much output");
    if (this.#sent || this.#interrupted !== undefined) return;
    if (this.#out.marked !== undefined) this.#send();
    else if (asks(this.#err.before.slice(this.#asked))) this.#answer();
  }

  #answer(): void {
    // Asked again, it did not like the answer; another try would count towards a lock of the account.
    if (this.#asked > 0) this.#interrupt("wrong password");
    else {
      this.#asked = this.#err.before.length;
      this.channel.write(`${this.program.become!.password}\n`);
    }
  }

  #send(): void {
    this.#sent = true;
    const text = Buffer.from(environment + this.program.text);
    this.channel.end(Buffer.concat([Buffer.from(`${text.length}\n`), text, Buffer.from(this.program.stdin)]));
  }

  #heard(): void {
    clearTimeout(this.#silence);
    const { silence } = this.program;
    if (silence !== undefined) this.#silence = setTimeout(() => this.#interrupt("silent"), silence * 1000);
  }

  #interrupt(why: Interruption): void {
    if (this.#interrupted !== undefined) return;
    this.#interrupted = why;
    const { marked } = this.#out;
    // Servers end nothing of another user, and some know no signals: the process group is ended by a program, too.
    if (marked) this.#stopped = stop(this.client, marked, this.program.become);
    this.channel.signal("TERM");
    this.channel.close();
    void this.#stopped.then(() => setTimeout(() => this.#finish(), 1000).unref());
  }

  #finish(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.program.signal?.removeEventListener("abort", this.#onAbort);
    this.#interrupted ??= this.#exit === undefined ? "connection lost" : undefined;
    const result = { exitCode: this.#exit?.exitCode, stdout: this.#out.end(), stderr: this.#err.end() };
    if (this.#out.marked === undefined && this.#exit !== undefined)
      this.#interrupted ??= this.#asked > 0 && refuses(result.stderr) ? "wrong password" : "not started";
    const signal = this.#exit?.signal;
    this.#settle({
      ...result,
      ...(signal && { signal }),
      ...(this.#interrupted && { interrupted: this.#interrupted }),
    });
  }
}

/** Ends the process group of a process: itself, what it started, and a sudo before it. */
async function stop(client: Client, pid: string, become: Program["become"]): Promise<void> {
  const text = `read -r line </proc/${pid}/stat && set -- \${line##*) } && kill -TERM "-$3"`;
  try {
    await execute(client, { become }, () => ({ text, stdin: "", become, timeout: 3 }));
  } catch {
    // No connection or no channel is left: nothing more can be done from here.
  }
}
