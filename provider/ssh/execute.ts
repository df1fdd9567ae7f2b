import { StringDecoder } from "node:string_decoder";
import type { Client, ClientChannel } from "ssh2";
import type { Result } from "../commands/shell";

export interface Program {
  /** POSIX shell. */
  text: string;
  stdin: string;
  /** Become root first. */
  become: boolean;
  /** Seconds. */
  timeout: number;
  signal?: AbortSignal;
  onLine?(line: string): void;
}

/** How an execution ended when it did not end by itself. */
export type Interruption = "timed out" | "cancelled" | "connection lost" | "too much output" | "channel refused";
export type Execution = Result & { interrupted?: Interruption };

// A constant that every login shell (zsh, fish, csh) reads alike; the program itself arrives on standard input, byte by
// byte exact, and is seen in no process list. GNU head takes no more than it is told.
const loader = `sh -c 'IFS= read -r n && p=$(head -c "$n") && eval "$p"'`;
const environment =
  'export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; umask 022\n';
const outputLimit = 16 << 20;

/** Runs a program on a channel of its own. Never rejects: how it ended is in the answer. */
export function execute(client: Client, program: Program): Promise<Execution> {
  return new Promise((resolve) => {
    client.exec(program.become ? `sudo -n -- ${loader}` : `exec ${loader}`, (error, channel) => {
      if (error)
        return resolve({ exitCode: undefined, stdout: "", stderr: error.message, interrupted: "channel refused" });
      follow(channel, program, resolve);
    });
  });
}

function follow(channel: ClientChannel, program: Program, resolve: (execution: Execution) => void): void {
  const out = new Collector(program.onLine);
  const err = new Collector(program.onLine);
  let interrupted: Interruption | undefined;
  let ended: Pick<Result, "exitCode" | "signal"> | undefined;

  const interrupt = (why: Interruption) => {
    interrupted ??= why;
    // Servers that know no signals still end the session's processes when its channel closes.
    channel.signal("TERM");
    channel.close();
    setTimeout(finish, 1000).unref();
  };
  const onAbort = () => interrupt("cancelled");
  const timer = setTimeout(() => interrupt("timed out"), program.timeout * 1000);
  let finished = false;
  const finish = () => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    program.signal?.removeEventListener("abort", onAbort);
    interrupted ??= ended === undefined ? "connection lost" : undefined;
    const result = { exitCode: ended?.exitCode, stdout: out.end(), stderr: err.end() };
    resolve({ ...result, ...(ended?.signal ? { signal: ended.signal } : {}), ...(interrupted ? { interrupted } : {}) });
  };
  const take = (collector: Collector) => (chunk: Buffer) => {
    collector.add(chunk);
    if (out.size + err.size > outputLimit) interrupt("too much output");
  };

  channel.on("data", take(out));
  channel.stderr.on("data", take(err));
  channel.on("exit", (code: number | null, signal?: string) => {
    ended = { exitCode: code ?? undefined, ...(signal ? { signal: signal.replace(/^SIG/, "") } : {}) };
  });
  channel.on("close", finish);
  channel.on("error", () => {});
  program.signal?.addEventListener("abort", onAbort, { once: true });
  if (program.signal?.aborted) {
    onAbort();
    return;
  }
  const text = Buffer.from(environment + program.text);
  channel.end(Buffer.concat([Buffer.from(`${text.length}\n`), text, Buffer.from(program.stdin)]));
}

/** Text of one stream: characters may be cut between chunks, a line ends at `\n` or `\r` (progress). */
class Collector {
  size = 0;
  readonly #decoder = new StringDecoder("utf8");
  readonly #parts: string[] = [];
  #line = "";

  constructor(readonly onLine?: (line: string) => void) {}

  add(chunk: Buffer): void {
    this.size += chunk.length;
    this.#push(this.#decoder.write(chunk));
  }

  end(): string {
    this.#push(this.#decoder.end());
    if (this.#line.trim() !== "") this.onLine?.(this.#line);
    this.#line = "";
    return this.#parts.join("");
  }

  #push(text: string): void {
    this.#parts.push(text);
    if (this.onLine === undefined) return;
    const lines = (this.#line + text).split(/[\r\n]+/);
    this.#line = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") this.onLine(line);
  }
}
