import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnvironment } from "../../../conf/program/environment";
import { lintConf } from "../../../conf/program/lint";
import { expand } from "../../../conf/program/percent";
import { readProgram } from "../../../conf/program/read";
import { readConf, type Section } from "../../../conf/program/sections";
import { splitWords } from "../../../conf/program/words";
import { Oracle, type Question, type Version, versions } from "./oracle";
import { confs, texts } from "./repositories";
import { cases, portions } from "./seed";

const oracles = {} as Record<Version, Oracle>;
beforeAll(async () => {
  for (const version of versions) oracles[version] = await Oracle.of(version);
}, 300_000);
afterAll(() => {
  for (const oracle of Object.values(oracles)) oracle.end();
});

const names = { program_name: "app", group_name: "app", host_node_name: "node", ENV_STAGE: "blue" };
const numbers = { process_num: "0", numprocs: "1" };

/** As Python has them: the last of a key wins, and what the defaults say is in every section. */
function merged(sections: readonly Section[]): Record<string, Record<string, string>> {
  const all: Record<string, Record<string, string>> = { DEFAULT: {} };
  for (const { name, options } of sections) {
    all[name] ??= {};
    for (const { key, value } of options) all[name][key] = value;
  }
  return Object.fromEntries(Object.entries(all).map(([name, options]) => [name, { ...all.DEFAULT, ...options }]));
}

const ours: Record<Exclude<Question[0], "conf" | "next">, (text: string) => unknown> = {
  sections: (text) => {
    const { sections, refused } = readConf(text);
    return refused.length > 0 ? "refused" : merged(sections);
  },
  words: (text) => splitWords(text) ?? null,
  environment: (text) =>
    readEnvironment(text)?.filter(([name], i, all) => all.findLastIndex(([one]) => one === name) === i) ?? null,
  expand: (text) => {
    const read = expand(text, { ...names, ...numbers, here: "here" });
    return "text" in read ? read.text : null;
  },
};
const theirs = (kind: Question[0], answer: unknown) => {
  if (kind === "sections" && typeof answer === "string") return "refused";
  if (kind === "environment" && answer !== null) return expect.arrayContaining(answer as unknown[]);
  return answer;
};

describe.each(Object.keys(ours) as (keyof typeof ours)[])("%s, read by us and by Python", (kind) => {
  it("are the same", { timeout: 3_600_000 }, async () => {
    for (const all of portions(texts[kind], cases / 2)) {
      const answers = await oracles["4.3.0"].ask(all.map((text): Question => [kind, text]));
      for (const [i, text] of all.entries())
        if (kind !== "sections" || readConf(text).doubtful.length === 0)
          expect(ours[kind](text), JSON.stringify(text)).toEqual(theirs(kind, answers[i]));
    }
  });
});

interface Answer {
  refused?: string;
  groups?: { name: string; socket: unknown; processes: Record<string, unknown>[] }[];
}

describe("a conf that a repository brings", () => {
  it("has an error where supervisor would refuse it, and is what supervisor reads", {
    timeout: 3_600_000,
  }, async () => {
    for (const all of portions(confs, cases / 4)) {
      const answers = await Promise.all(
        versions.map((version) => oracles[version].ask<Answer>(all.map((text): Question => ["conf", text]))),
      );
      for (const [i, text] of all.entries()) {
        const errors = lintConf(text, "app", true).filter(({ level }) => level === "error");
        const facts = readProgram(text, "app");
        if (readConf(text).doubtful.length > 0) continue;
        for (const { [i]: answer } of answers) {
          if (answer!.refused !== undefined) expect(errors, `${text}${answer!.refused}`).not.toEqual([]);
          if (errors.length > 0) continue;
          const { processes, socket } = answer!.groups![0]!;
          const { startsecs, stopwaitsecs, autostart, stdout_logfile } = processes[0]!;
          const log = String(stdout_logfile).startsWith("/") ? { log: stdout_logfile } : {};
          const group = { numprocs: processes.length, hasSocket: socket !== null };
          expect(facts, text).toEqual({ startsecs, stopwaitsecs, autostart, ...group, ...log });
        }
      }
    }
  });

  it("is often right and often wrong in these tests", () => {
    const all = fc.sample(confs, { seed: 1, numRuns: 500 });
    const right = all.filter((text) => !lintConf(text, "app", true).some(({ level }) => level === "error")).length;
    expect(right).toBeGreaterThan(50);
    expect(right).toBeLessThan(450);
  });
});
