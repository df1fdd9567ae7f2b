import { StringDecoder } from "node:string_decoder";

/** The byte that the loader prints before anything of the program; no banner has it. */
const mark = "\u001e";

/**
 * What arrives on one stream of a channel. What login shells, sudo and the like print before the mark is kept apart;
 * after it, text is handed on line by line. Characters may be cut between chunks; `\r` ends a line too (progress).
 */
export class Output {
  size = 0;
  /** What was printed before the mark. */
  before = "";
  /** What stands in the mark; undefined until it came. */
  marked: string | undefined;
  readonly #decoder = new StringDecoder("utf8");
  readonly #parts: string[] = [];
  #line = "";

  constructor(readonly onLine?: (line: string) => void) {}

  add(chunk: Buffer): void {
    this.size += chunk.length;
    this.#push(this.#decoder.write(chunk));
  }

  /** All of it; where no mark came, what was printed instead. */
  end(): string {
    this.#push(this.#decoder.end());
    if (this.#line.trim() !== "") this.onLine?.(this.#line);
    this.#line = "";
    return this.marked === undefined ? this.before : this.#parts.join("");
  }

  #push(text: string): void {
    if (this.marked === undefined) this.#look(text);
    else this.#text(text);
  }

  #look(text: string): void {
    this.before += text;
    const at = this.before.indexOf(mark);
    const end = at < 0 ? -1 : this.before.indexOf("\n", at);
    if (end < 0) return;
    const rest = this.before.slice(end + 1);
    this.marked = this.before.slice(at + 1, end);
    this.before = this.before.slice(0, at);
    this.#text(rest);
  }

  #text(text: string): void {
    this.#parts.push(text);
    if (this.onLine === undefined) return;
    const lines = (this.#line + text).split(/[\r\n]+/);
    this.#line = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") this.onLine(line);
  }
}
