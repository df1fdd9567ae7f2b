import { join } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";
import { pythonWith, type Version } from "./oracle";

export type Case = [what: string, question: [kind: string, ...asked: unknown[]], answer: unknown];

/** Asks a program of this folder all questions at a time, by the interpreter with that supervisor, and expects the answers. */
export async function expectAnswers(
  version: Version,
  program: string,
  folders: string[],
  cases: Case[],
): Promise<void> {
  const conf = join(__dirname, "../../../conf");
  const words = ["-B", "-W", "ignore", join(__dirname, program), ...folders.map((name) => join(conf, name))];
  const input = JSON.stringify(cases.map(([, question]) => question));
  const { stdout } = await execa(await pythonWith(version), words, { input });
  const answers = JSON.parse(stdout) as unknown[];
  const named = (values: unknown[]) =>
    Object.fromEntries(cases.map(([what, [kind]], i) => [`${kind}: ${what}`, values[i]]));
  expect(named(answers)).toEqual(named(cases.map(([, , answer]) => answer)));
}
