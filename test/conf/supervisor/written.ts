import { expect } from "vitest";
import { encodeEnvironmentValue, renderProgram } from "../../../conf/program/write";
import { fill, unfill } from "../../../conf/template";
import type { Case } from "./arbitrary";

/** What no version of supervisor has a spelling for. */
const unspellable = (value: string): boolean =>
  /[\0\r]|\p{Surrogate}/u.test(value) || /^["']|["']$/.test(value) || (value.includes("'") && /["\\]/.test(value));

/** The text as it would come to the host, and the variables that it can hold. */
export function written({ program, secrets }: Case): { text: string; environment: Record<string, string> } {
  const environment: Record<string, string> = {};
  const encoded: Record<string, string> = {};
  for (const [name, value] of Object.entries(program.environment)) {
    try {
      encoded[`environment.${name}`] = encodeEnvironmentValue(value, name);
      environment[name] = value;
    } catch (error) {
      const { message } = error as Error;
      expect(message).toMatch(
        new RegExp(`^environment\\.${name}: [a-zA-Z -]+, which supervisor's environment= can't hold$`),
      );
      expect(unspellable(value)).toBe(true);
    }
    expect(unspellable(value)).toBe(!(name in environment));
  }
  const isSecret = (name: string) => secrets.includes(name);
  const known = Object.entries(environment).filter(([name]) => !isSecret(name));
  const secretNames = Object.keys(environment).filter(isSecret);
  const template = renderProgram({ ...program, environment: Object.fromEntries(known), secretNames });
  const chosen = Object.fromEntries(
    secretNames.map((name) => [`environment.${name}`, encoded[`environment.${name}`]!]),
  );
  const text = fill(template, chosen);
  expect(unfill(text, template, chosen)).toBe(template);
  return { text, environment };
}
