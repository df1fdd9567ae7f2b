import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { textOf } from "../commands/batch";
import type { Command, Result } from "../commands/shell";
import type { Connection } from "../connection";

/** A look that goes along with others, and what becomes of it; undefined where it got no answer. */
export interface Along {
  command: Command;
  answer(result: Result | undefined): void;
}

/** Where questions are kept from run to run; a file that can't be read or written is none. */
export interface Memory {
  directory: string;
  lookOf(text: string): Command;
}

/** Milliseconds in which an answer that nobody has asked for yet is as good as one that comes now. */
const freshness = 30_000;

/**
 * The engine asks for the resources of a host a few at a time, in no order. What a host was asked in the run before goes
 * along with the first look of this one, so that it is looked at once; an answer counts once, and only until something
 * is done there. Another question than before is asked when it comes.
 */
export class Early {
  readonly #before: readonly Command[];
  readonly #asked = new Set<string>();
  readonly #answers = new Map<string, Promise<Result | undefined>>();
  readonly #path: string | undefined;
  /** Nothing goes along any more. */
  #isOver = false;

  constructor(memory: Memory | undefined, connection: Connection) {
    this.#path = memory && pathOf(memory.directory, connection);
    this.#before = memory === undefined ? [] : read(this.#path!, memory.lookOf);
  }

  /** What goes along with the first look, which asks for `commands`. */
  along(commands: readonly Command[]): Along[] {
    if (this.#isOver) return [];
    this.#isOver = true;
    const asked = new Set(commands.map(textOf));
    return this.#before.filter((command) => !asked.has(textOf(command))).map((command) => this.#expect(command));
  }

  #expect(command: Command): Along {
    const key = textOf(command);
    let resolve: (result: Result | undefined) => void;
    this.#answers.set(key, new Promise((settle) => (resolve = settle)));
    return {
      command,
      answer: (result) => {
        resolve(result);
        setTimeout(() => this.#answers.delete(key), freshness).unref();
      },
    };
  }

  /** The answer, or its promise, where it was asked for already. */
  take(command: Command): Promise<Result | undefined> | undefined {
    const key = textOf(command);
    this.#asked.add(key);
    const answer = this.#answers.get(key);
    this.#answers.delete(key);
    return answer;
  }

  /** Something is done on the host: nothing that was seen before, or meanwhile, counts any more. */
  over(): void {
    this.#isOver = true;
    this.#answers.clear();
  }

  /** For the run that comes next. */
  save(): void {
    const asked = JSON.stringify([...this.#asked].sort());
    if (this.#path === undefined || this.#asked.size === 0) return;
    if (asked === JSON.stringify(this.#before.map(textOf).sort())) return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      // No secret is in them: they can be seen on the host while they run.
      writeFileSync(`${this.#path}.${process.pid}`, asked, { mode: 0o600 });
      renameSync(`${this.#path}.${process.pid}`, this.#path);
    } catch {
      // Packages that nobody may write to.
    }
  }
}

/** Where the questions of a project to a host are kept. */
function pathOf(directory: string, { host, port, user }: Connection): string {
  const name = createHash("sha256").update(JSON.stringify([process.cwd(), host, port, user]));
  return join(directory, `${name.digest("hex").slice(0, 16)}.json`);
}

function read(path: string, lookOf: Memory["lookOf"]): Command[] {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as string[]).map(lookOf);
  } catch {
    return [];
  }
}
