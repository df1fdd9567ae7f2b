/**
 * What can be said to a host, as values. A command is words; quoting happens once, in `render`, at the edge.
 * Everything below commands/ builds these values, ssh/ sends them, resources decide which.
 */

/** A value that must never be shown: it prints as `[secret]` wherever it is turned into text. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  /** The plain value: only for what is written to a host's standard input. */
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return "[secret]";
  }
  toJSON(): string {
    return "[secret]";
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** A piece of shell text that goes out unquoted, e.g. `raw('"$commit"')` in a program that runs on the host. */
export class Raw {
  constructor(readonly text: string) {}
}
export const raw = (text: string): Raw => new Raw(text);

export type Word = string | Raw;

/** Something to run on a host. There is no place for a secret but `stdin`: words and env can be seen in `ps`. */
export interface Command {
  /** What errors and traces call it, e.g. "prove the conf". @default the words themselves */
  what?: string;
  words: readonly Word[];
  /** Working directory; the command fails when it can't be entered. @default the login directory */
  cwd?: string | Raw;
  /** Run as this user (root gives up its rights with `runuser`). @default root, or what `become` makes */
  user?: string | Raw;
  env?: Readonly<Record<string, Word>>;
  stdin?: string | Secret;
  /** The SSH agent of this machine can be asked by it, and by what runs there for as long as the connection. @default not */
  forwardAgent?: boolean;
  /** Exit codes that are no failure. @default [0] */
  ok?: readonly number[];
  /** Seconds until it is ended and counts as failed. @default the connection's own limit */
  timeout?: number;
  /** How several of its kind are done by one command. @default each is done alone */
  joint?: Joint;
}

export interface Joint {
  /** What this one is among them. */
  words: readonly [string, ...string[]];
  /** The command; each of them, by its number, leaves `o`, `e` and `c` with the number in `directory`: streams and exit code. */
  all(each: readonly (readonly [number, ...string[]])[], directory: Word): Command;
}

/** How a command ended; success and failure are the same object. */
export interface Result {
  exitCode: number | undefined;
  signal?: string;
  stdout: string;
  stderr: string;
}

/** A command that only looks, the exit codes that count as answers, and a parser of the answer. */
export interface Fact<T> {
  command: Command;
  parse(result: Result): T;
}

/** May look, never touch. */
export interface Reader {
  /** The host's name in messages, e.g. `web1 (192.0.2.10)`. */
  readonly name: string;
  /** Answers that arrive in the same moment share one round trip. An exit code outside `ok` is a CommandError. */
  read<T>(fact: Fact<T>): Promise<T>;
}

export interface RunOptions {
  signal?: AbortSignal;
  /** Called for each line of either stream as it arrives (`\r` ends a line too: git's and pip's progress). */
  onLine?(line: string): void;
}

/** May touch: runs a command; an exit code outside `ok` is a CommandError. */
export interface Host extends Reader {
  run(command: Command, options?: RunOptions): Promise<Result>;
}

export const command = (...words: Word[]): Command => ({ words });

/** Quotes one word for a POSIX shell, only where it needs it. */
export function quote(word: Word): string {
  if (word instanceof Raw) return word.text;
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The one line of POSIX shell that runs a command (its standard input is not part of it). */
export function render(c: Command): string {
  const env = Object.entries(c.env ?? {}).map(([name, value]) => `${name}=${quote(value)}`);
  const words = c.words.map(quote);
  const assigned = env.length > 0 ? ["env", ...env, ...words] : words;
  const line = (c.user === undefined ? assigned : ["runuser", "-u", quote(c.user), "--", ...assigned]).join(" ");
  return c.cwd === undefined ? line : `cd ${quote(c.cwd)} && ${line}`;
}

/** A command that runs a piece of shell; `args` arrive as $1, $2, … and so need no quoting inside the script. */
export const script = (text: string, ...args: Word[]): Command => ({ words: ["sh", "-c", text, "sh", ...args] });
