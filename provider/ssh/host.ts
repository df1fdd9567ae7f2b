import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "ssh2";
import { batchAnswers, batchProgram, hasInput } from "../commands/batch";
import { type Command, type Fact, type Host, type Result, type RunOptions, render, Secret } from "../commands/shell";
import type { Connection } from "../connection";
import { ChannelRefused, type Channels } from "./channels";
import { CommandError, ConnectError, causeOf } from "./commandError";
import { nameOf } from "./connect";
import type { Along, Early } from "./early";
import { type Execution, execute, type Interruption, type Program, type Way } from "./execute";
import type { Leg } from "./leg";
import { Spare } from "./spare";
import { explainSudo } from "./sudo";
import { trace } from "./trace";

/** What the pool gives a host: a live connection, made when it is first needed, and its channels. */
export interface Link {
  client(): Promise<Client>;
  leg(): Pick<Leg, "user" | "agent">;
  channels: Channels;
  /** A program was sent. */
  began(): void;
  /** It came to its end. */
  ended(): void;
}

interface Look {
  command: Command;
  answer(result: Result): void;
  fail(error: Error): void;
}

const defaultTimeout = 900;
/** Seconds in which sudo has to begin. */
const sudoTimeout = 60;

/** Text on a channel: runs commands, and collects looks that are asked for in the same moment into one program. */
export class SshHost implements Host {
  readonly name: string;
  #looks: Look[] = [];
  #trying: Promise<Execution> | undefined;
  readonly #spare = new Spare();

  constructor(
    readonly connection: Connection,
    readonly link: Link,
    readonly early: Early,
  ) {
    this.name = nameOf(connection);
  }

  async run(command: Command, options: RunOptions = {}): Promise<Result> {
    this.early.over();
    const execution = await this.#execute("run", () => ({ text: render(command) }), command, options);
    return this.#checked(command, execution);
  }

  async read<T>(fact: Fact<T>): Promise<T> {
    if (hasInput(fact.command)) {
      const { command } = fact;
      const execution = await this.#execute("read", () => ({ text: render(command) }), command, {});
      return fact.parse(this.#checked(command, execution));
    }
    const result = (await this.early.take(fact.command)) ?? (await this.#look(fact.command));
    return fact.parse(this.#checked(fact.command, result));
  }

  #look(command: Command): Promise<Result> {
    return new Promise((answer, fail) => {
      this.#looks.push({ command, answer, fail });
      if (this.#looks.length === 1) setTimeout(() => void this.#lookAll(), 2);
    });
  }

  /** What is asked for until the program is sent goes with it: while one connects, that is much. */
  async #lookAll(): Promise<void> {
    let looks: Look[] = [];
    let along: Along[] = [];
    const take = () => {
      if (looks.length > 0) return;
      [looks, this.#looks] = [this.#looks, []];
      along = this.early.along(looks.map(({ command }) => command));
    };
    const prepare = () => {
      take();
      const commands = [...looks, ...along].map(({ command }) => command);
      return { text: batchProgram(commands), timeout: Math.max(...commands.map(({ timeout }) => timeout ?? 60)) };
    };
    try {
      const execution = await this.#execute("read", prepare, { words: [] }, {});
      const answers = batchAnswers(execution.stdout, looks.length + along.length);
      along.forEach(({ answer }, i) => {
        answer(answers[looks.length + i]);
      });
      looks.forEach(({ command, answer, fail }, i) => {
        const result = answers[i];
        if (result !== undefined) answer(result);
        else fail(this.#failure(command, execution));
      });
    } catch (error) {
      take();
      for (const { answer } of along) answer(undefined);
      for (const { fail } of looks) fail(error as Error);
    }
  }

  async #execute(
    kind: "read" | "run",
    prepare: () => { text: string; timeout?: number },
    command: Command,
    options: RunOptions,
  ): Promise<Execution> {
    const { commandTimeout = defaultTimeout, silenceTimeout } = this.connection;
    const { stdin = "", timeout = commandTimeout, forwardAgent } = command;
    const become = this.#become();
    const input = stdin instanceof Secret ? stdin.reveal() : stdin;
    const limits = { timeout, silence: silenceTimeout };
    const program = (): Program => ({ stdin: input, become, forwardAgent, ...limits, ...options, ...prepare() });
    let traced: string | undefined;
    const sent = ({ text }: Program) => {
      traced = command.what ?? text;
      trace(this.name, kind, traced);
    };
    const work = async (): Promise<Execution> => {
      if (become?.password !== undefined) await this.#unlock(command, become);
      return this.#send({ become, forwardAgent }, program, sent, options.signal);
    };
    if (forwardAgent && !existsSync(this.link.leg().agent ?? ""))
      throw new CommandError(this.name, command, "it has not run: forwardAgent needs an SSH agent on this machine", {
        stderr: `There is none at ${this.link.leg().agent ?? "$SSH_AUTH_SOCK"}; ssh-add -l tells what one has.`,
      });
    try {
      return await this.link.channels.use(work, options.signal);
    } catch (error) {
      const notRun = (cause: string, stderr = "") => new CommandError(this.name, command, cause, { stderr });
      if (options.signal?.aborted && error === options.signal.reason) throw notRun("was cancelled, it has not run");
      if (!(error instanceof ChannelRefused)) throw error;
      throw notRun("the host opened no channel for it, it has not run", error.message);
    } finally {
      if (traced !== undefined) trace(this.name, "ended", traced);
    }
  }

  /** Over a connection that was closed a moment ago nothing can be sent, and so it may be sent over the next one. */
  async #send(
    way: Way,
    make: () => Program,
    sent?: (program: Program) => void,
    signal?: AbortSignal,
  ): Promise<Execution> {
    for (let again = true; ; again = false) {
      const client = await orAborted(this.link.client(), signal);
      const begin = () => {
        const program = make();
        this.link.began();
        sent?.(program);
        // Behind the program itself, which goes out in this very moment.
        setImmediate(() => this.link.channels.taken === 1 && this.#spare.prepare(client, way));
        return program;
      };
      try {
        const execution = await execute(client, way, begin, await this.#spare.take(client, way));
        this.link.ended();
        return execution;
      } catch (error) {
        if (error instanceof ChannelRefused) await this.#spare.giveUp();
        if (!again || (error as Error).message !== "Not connected") throw error;
        await sleep(50);
      }
    }
  }

  /** Tries the password once for all: many at once would lock an account whose password is wrong. */
  async #unlock(command: Command, become: Program["become"]): Promise<void> {
    const probe = { text: ":", stdin: "", become, timeout: sudoTimeout };
    this.#trying ??= this.#send({ become }, () => probe);
    const trying = this.#trying;
    const execution = await trying.catch((error) => {
      if (this.#trying === trying) this.#trying = undefined;
      throw error;
    });
    if (execution.interrupted === undefined) return;
    // What else went wrong may go well the next time; a password that is wrong stays wrong.
    if (execution.interrupted !== "wrong password" && this.#trying === trying) this.#trying = undefined;
    throw this.#failure(command, execution);
  }

  #become(): Program["become"] {
    const { become, becomePassword } = this.connection;
    const { user } = this.link.leg();
    if (user === "root") return undefined;
    if (become === undefined)
      throw new ConnectError(
        this.name,
        `${user} logs in there, who is not root`,
        "Set `become: sudo`, or `user: root`.",
      );
    return { password: becomePassword };
  }

  #checked(command: Command, execution: Execution): Result {
    const { interrupted, exitCode } = execution;
    if (interrupted !== undefined || exitCode === undefined || !(command.ok ?? [0]).includes(exitCode))
      throw this.#failure(command, execution);
    return execution;
  }

  #failure(command: Command, execution: Execution): CommandError {
    return new CommandError(this.name, command, this.#describe(execution), execution);
  }

  #describe(execution: Execution): string {
    const { interrupted } = execution;
    if (interrupted === undefined) return causeOf(execution);
    if (interrupted !== "not started") return explanations[interrupted];
    const { user } = this.link.leg();
    const why = user === "root" ? undefined : explainSudo(execution.stderr + execution.stdout, user);
    return `it has not run: ${why ?? `the login shell ended with ${causeOf(execution)}`}`;
  }
}

const explanations: Record<Exclude<Interruption, "not started">, string> = {
  "timed out": "took too long and was ended",
  silent: "printed nothing for too long (silenceTimeout) and was ended",
  cancelled: "was cancelled",
  "connection lost": "the connection was lost; it may have run",
  "too much output": "printed more than 16 MiB and was ended",
  "no agent": "it has not run: the host's sshd forwards no agent (AllowAgentForwarding), which forwardAgent needs",
  "wrong password": "it has not run: sudo does not accept becomePassword, and is not asked again in this run",
};

/** What the work comes to, unless the signal comes first: then its reason is thrown, and the work goes on alone. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", onAbort));
}
