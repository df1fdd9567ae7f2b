/**
 * What a real host answered, so that many hosts can be had that answer the same. A program is known by its text; what
 * it answers depends on what was done on the host before, and that is noted by comparing its answers in their order.
 */

export interface Answer {
  /** What was printed, with the milliseconds since the program came. */
  chunks: [number, "out" | "err", string][];
  exitCode: number;
  /** Milliseconds. */
  took: number;
}

/** An answer, and the programs that must have ended on the host before it is the one. */
export interface Stage extends Answer {
  after: string[];
}

/** By the text of the program: its answers in their order. */
export type Recording = Record<string, Stage[]>;

/** The looks of a batch in their order; undefined where the program is none. */
export function looksOf(program: string): string[] | undefined {
  if (!/^look\(\) \{ /m.test(program)) return undefined;
  const word = "'(?:[^']|'\\\\'')*'";
  const looks = [...program.matchAll(new RegExp(`^look (\\d+) (${word}) &$`, "gm"))].map(
    ([, number, look]): [number, string] => [Number(number), look!],
  );
  // Those that one interpreter runs are its last word, by their numbers.
  const all = new RegExp(`^all '[\\d ]+' (?:.|\\n)* (${word}) &$`, "m").exec(program)?.[1] ?? "'[]'";
  const together = JSON.parse(all.slice(1, -1).replaceAll("'\\''", "'")) as [number, ...string[]][];
  const asked = together.map(([number, ...words]): [number, string] => [number, JSON.stringify(words)]);
  return [...looks, ...asked].sort(([a], [b]) => a - b).map(([, look]) => look);
}

/** What a batch of them prints. */
export function batchOutput(answers: readonly { exitCode: number; stdout: string; stderr: string }[]): string {
  const streams = answers.flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const lines = [
    ...answers.map(({ exitCode }) => `${exitCode}`),
    ...streams.map((text, i) => `${Buffer.byteLength(text)} ${"oe"[i % 2]}${i >> 1}`),
    "0 total",
  ];
  return `${lines.join("\n")}\n${streams.join("")}`;
}

/** Keeps what one host answers, while it is asked one thing after the other. */
export class Recorder {
  readonly recording: Recording = {};
  readonly #done: string[] = [];
  /** How much was done when a program last got the answer that it is at. */
  readonly #seen = new Map<string, number>();

  /** A look that was answered when the programs of `done` were over. */
  look(text: string, answer: Answer): void {
    this.recording[text] ??= [];
    const stages = this.recording[text];
    const last = stages.at(-1);
    if (last === undefined || !isSame(last, answer)) {
      const causes = last === undefined ? [] : this.#done.slice(this.#seen.get(text));
      stages.push({ ...answer, after: causes });
    }
    this.#seen.set(text, this.#done.length);
  }

  /** A program that does something; its own end comes after its answer. */
  run(text: string, answer: Answer): void {
    this.look(text, answer);
    this.#done.push(text);
  }
}

/** One of many hosts: answers as the recorded one did after the same. */
export class Replay {
  readonly #done = new Set<string>();

  constructor(readonly recording: Recording) {}

  /** Undefined where the recorded host was never asked that. */
  answer(text: string): Answer | undefined {
    const stages = this.recording[text];
    if (stages === undefined) return undefined;
    let at = 0;
    while (stages[at + 1]?.after.every((cause) => this.#done.has(cause))) at++;
    return stages[at];
  }

  ran(text: string): void {
    this.#done.add(text);
  }
}

const printed = ({ chunks }: Answer, stream: "out" | "err"): string =>
  chunks.map(([, from, text]) => (from === stream ? text : "")).join("");

const isSame = (a: Answer, b: Answer): boolean =>
  a.exitCode === b.exitCode && printed(a, "out") === printed(b, "out") && printed(a, "err") === printed(b, "err");
