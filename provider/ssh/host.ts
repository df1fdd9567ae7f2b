import type { Client } from "ssh2";
import { type Command, type Fact, type Host, type Result, type RunOptions, render, Secret } from "../commands/shell";
import type { Connection } from "../connection";
import { batchAnswers, batchProgram, hasInput } from "./batch";
import type { Channels } from "./channels";
import { CommandError, causeOf } from "./commandError";
import { nameOf } from "./connect";
import { type Execution, execute, type Interruption } from "./execute";
import { trace } from "./trace";

/** What the pool gives a host: a live connection, made when it is first needed, and its channels. */
export interface Link {
  client(): Promise<Client>;
  channels: Channels;
}

interface Look {
  command: Command;
  answer(result: Result): void;
  fail(error: Error): void;
}

const defaultTimeout = 900;

/** Text on a channel: runs commands, and collects looks that are asked for in the same moment into one program. */
export class SshHost implements Host {
  readonly name: string;
  readonly #become: boolean;
  #looks: Look[] = [];

  constructor(
    readonly connection: Connection,
    readonly link: Link,
  ) {
    this.name = nameOf(connection);
    this.#become = connection.become === "sudo" && (connection.user ?? "root") !== "root";
  }

  async run(command: Command, options: RunOptions = {}): Promise<Result> {
    const execution = await this.#execute("run", render(command), command, options);
    return this.#checked(command, execution);
  }

  async read<T>(fact: Fact<T>): Promise<T> {
    if (hasInput(fact.command)) {
      const execution = await this.#execute("read", render(fact.command), fact.command, {});
      return fact.parse(this.#checked(fact.command, execution));
    }
    const result = await new Promise<Result>((answer, fail) => {
      this.#looks.push({ command: fact.command, answer, fail });
      if (this.#looks.length === 1) setTimeout(() => void this.#lookAll(), 2);
    });
    return fact.parse(this.#checked(fact.command, result));
  }

  async #lookAll(): Promise<void> {
    const looks = this.#looks;
    this.#looks = [];
    const timeout = Math.max(...looks.map(({ command }) => command.timeout ?? 60));
    try {
      const program = batchProgram(looks.map(({ command }) => command));
      const execution = await this.#execute("read", program, { words: [], timeout }, {});
      const answers = batchAnswers(execution.stdout, looks.length);
      looks.forEach(({ command, answer, fail }, i) => {
        const result = answers[i];
        if (result !== undefined) answer(result);
        else fail(new CommandError(this.name, command, describe(execution), execution));
      });
    } catch (error) {
      for (const { fail } of looks) fail(error as Error);
    }
  }

  async #execute(kind: "read" | "run", text: string, command: Command, options: RunOptions): Promise<Execution> {
    const { stdin = "", timeout = defaultTimeout } = command;
    return this.link.channels.use(async () => {
      const client = await this.link.client();
      trace(this.name, kind, command.what ?? text);
      const input = stdin instanceof Secret ? stdin.reveal() : stdin;
      return execute(client, { text, stdin: input, become: this.#become, timeout, ...options });
    });
  }

  #checked(command: Command, execution: Execution): Result {
    const { interrupted, exitCode } = execution;
    if (interrupted !== undefined || exitCode === undefined || !(command.ok ?? [0]).includes(exitCode)) {
      throw new CommandError(this.name, command, describe(execution), execution);
    }
    return execution;
  }
}

const explanations: Record<Interruption, string> = {
  "timed out": "took too long and was ended",
  cancelled: "was cancelled",
  "connection lost": "the connection was lost; it may have run",
  "too much output": "printed more than 16 MiB and was ended",
  "channel refused": "the host opened no channel for it, it has not run",
};

function describe(execution: Execution): string {
  if (execution.interrupted !== undefined) return explanations[execution.interrupted];
  if (/^sudo: .*(password is required|terminal is required)/m.test(execution.stderr)) {
    return "sudo asks for a password: allow the user `NOPASSWD: ALL`, or connect as root";
  }
  return causeOf(execution);
}
