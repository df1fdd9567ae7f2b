import { describe, expect, it } from "vitest";
import type { Found } from "../../provider/commands/found";
import { fullStop } from "../../provider/fullStop";
import type { ReleaseInputs } from "../../provider/release";

const conf = (numprocs = 2) => `[fcgi-program:shop]\ncommand=x\nsocket=tcp://127.0.0.1:80\nnumprocs=${numprocs}\n`;
const hook = { name: "migrate", command: "true", timeout: 1 };

/** An update of that app, and the host as it is before. */
function why(inputs: Partial<ReleaseInputs>, found: Partial<Found> = {}): string | undefined {
  const asked = { app: "shop", conf: conf(), confSecrets: {}, start: true, hooks: [], ...inputs };
  const there = { conf: asked.conf, states: ["RUNNING", "RUNNING"], ...found };
  return fullStop(asked as unknown as ReleaseInputs, there as Found);
}

describe("why all processes behind a socket stop together", () => {
  it("there is no reason for new code alone", () => expect(why({})).toBeUndefined());

  it.each([
    ["its conf changes", {}, { conf: `${conf()}startsecs=3\n` }],
    ["its hooks run before the start", { hooks: [hook] }, {}],
    ["it has one process only", { conf: conf(1) }, { states: ["RUNNING"] }],
    ["not all of its processes run", {}, { states: ["RUNNING", "BACKOFF"] }],
  ] as const)("%s", (reason, inputs, found) =>
    expect(why(inputs as Partial<ReleaseInputs>, found as Partial<Found>)).toBe(reason),
  );

  it.each([
    ["is a plain program", { conf: "[program:shop]\ncommand=x\nnumprocs=2\n" }, { conf: "other" }],
    ["is to stay stopped", { start: false }, { conf: "other" }],
    ["does not run", {}, { conf: "other", states: ["STOPPED", "STOPPED"] }],
    ["is new", {}, { conf: null, states: [] }],
  ] as const)("says nothing of what %s", (_, inputs, found) =>
    expect(why(inputs as Partial<ReleaseInputs>, found as unknown as Partial<Found>)).toBeUndefined(),
  );

  it("is none where only the values of secrets were filled in", () => {
    const template = `${conf()}environment=A=\${secret:environment.A}\n`;
    expect(
      why({ conf: template, confSecrets: { "environment.A": '"x"' } }, { conf: `${conf()}environment=A="x"\n` }),
    ).toBeUndefined();
  });
});
