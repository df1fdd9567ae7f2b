import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lintConf } from "../../../conf/program/lint";
import { readProgram } from "../../../conf/program/read";
import { readConf } from "../../../conf/program/sections";
import { programs } from "./arbitrary";
import { expected } from "./expected";
import { Oracle, type Question, type Version, versions } from "./oracle";
import { cases, portions } from "./seed";
import { written } from "./written";

const oracles = {} as Record<Version, Oracle>;

beforeAll(async () => {
  for (const version of versions) oracles[version] = await Oracle.of(version);
}, 300_000);
afterAll(() => {
  for (const oracle of Object.values(oracles)) oracle.end();
});

describe("what is asked reaches supervisor, and nothing else", () => {
  it(`in ${cases} programs`, { timeout: 3_600_000 }, async () => {
    for (const all of portions(programs, cases)) {
      const texts = all.map(written);
      const asked = texts.map(({ text }): Question => ["conf", text]);
      const answers = await Promise.all(versions.map((version) => oracles[version].ask<Answer>(asked)));
      for (const [i, one] of all.entries()) {
        const { text, environment } = texts[i]!;
        const wanted = expected(one, environment);
        for (const answer of answers) expect(known(answer[i]!, wanted), text).toEqual({ groups: [wanted] });
        expect(readProgram(text, "app"), text).toEqual(factsOf(wanted, text));
        expect(readConf(text).doubtful, text).toEqual([]);
        // In a file of a repository that sign stands for bytes that are no UTF-8.
        const errors = lintConf(text, "app", true).filter(({ level }) => level === "error");
        if (!text.includes("\uFFFD")) expect(errors, text).toEqual([]);
      }
    }
  });

  it("in environments as the coming 4.4 reads them", { timeout: 3_600_000 }, async () => {
    for (const all of portions(programs, cases / 5)) {
      const texts = all.map(written);
      const answers = await oracles["4.3.0"].ask(texts.map(({ text }): Question => ["next", text]));
      for (const [i, { text, environment }] of texts.entries()) expect(answers[i], text).toEqual(environment);
    }
  });
});

type Wanted = ReturnType<typeof expected>;
interface Answer {
  refused?: string;
  groups?: { name: string; processes: Record<string, unknown>[] }[];
}

/** What is known of an answer: processes in the order of their numbers, and no `command` beside its words. */
const known = ({ refused, groups }: Answer, wanted: Wanted) => ({
  refused,
  groups: groups?.map((group) => ({
    ...group,
    processes: wanted.processes.map(({ name }) => {
      const { command: _, ...process } = group.processes.find((one) => one.name === name) ?? {};
      return process;
    }),
  })),
});

/** The path of a log that only supervisord can know is not told. */
const factsOf = ({ processes, socket }: Wanted, text: string) => {
  const { startsecs, stopwaitsecs, autostart, stdout_logfile } = processes[0]!;
  const isKnown = stdout_logfile?.startsWith("/") && !/^stdout_logfile=[^\n]*%\(ENV_STAGE\)s/m.test(text);
  const log = isKnown ? { log: stdout_logfile } : {};
  return { startsecs, stopwaitsecs, autostart, numprocs: processes.length, hasSocket: socket !== null, ...log };
};
