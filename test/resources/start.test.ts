import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(__dirname, "..", "..");
const node = (program: string, env: Record<string, string> = {}): string =>
  execFileSync(process.execPath, ["--require", "./resources/start.cjs", "-e", program], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...env },
  }).trim();

describe("the start of a program", () => {
  it("loads neither a compiler nor a package manager", () => {
    const loaded = node(`
      require("@pulumi/pulumi"); require("./settings");
      console.log(["typescript", "@npmcli/arborist", "zod/v4/locales/index.cjs"].filter((name) =>
        Object.keys(require.cache).some((path) => path.includes("/node_modules/" + name))).join())`);
    expect(loaded).toBe("");
  });

  it("has them where they are used", () => {
    const program = `require("@pulumi/pulumi").runtime.serializeFunction(() => 4711).then(({ text }) => console.log(text))`;
    expect(node(program)).toContain("4711");
    expect(node(`console.log(typeof require("@pulumi/pulumi").automation.LocalWorkspace.create)`)).toBe("function");
    expect(node(`console.log(require("zod").z.locales.de().localeError !== undefined)`)).toBe("true");
  });

  it("has the tracing of a run where it is asked for", () => {
    const program = `
      const tracing = require("@pulumi/pulumi/cmd/run/tracing");
      const isLoaded = () => Object.keys(require.cache).some((path) => path.includes("/sdk-trace-node/"));
      const before = isLoaded();
      tracing.start("http://127.0.0.1:9/spans");
      console.log(before, isLoaded(), tracing.newSpan("a").isRecording());
      process.exit()`;
    expect(node(program)).toBe("false true true");
  });

  it("has no stack trace for each promise, but where leaks are looked for; an error has one", () => {
    const program = `
      require("@pulumi/pulumi");
      const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
      const lines = ({ _debugStackTrace: trace }) => trace.split("\\n").length;
      const promise = Promise.resolve();
      debuggablePromise(promise, "a");
      console.log(lines(promise) > 1, new Error("b").stack.split("\\n").length > 1)`;
    expect(node(program)).toBe("false true");
    expect(node(program, { PULUMI_DEBUG_PROMISE_LEAKS: "1" })).toBe("true true");
  });

  it("sends the engine what it is told for debugging in few calls, all of it", () => {
    const program = `
      const { runtime, log } = require("@pulumi/pulumi");
      const calls = [];
      const engine = { log: (request, answer) => {
        calls.push(request.getMessage());
        setTimeout(answer, 20);
      } };
      runtime.setMockOptions({}, "project", "stack", false);
      require("@pulumi/pulumi/runtime/settings").getEngine = () => engine;
      const { rpcKeepAlive, disconnect } = require("@pulumi/pulumi/runtime/settings");
      for (let i = 1; i < 100; i++) log.debug("message " + i);
      log.warn("a warning");
      setTimeout(() => log.debug("the last one"), 10);
      disconnect().then(() => console.log(JSON.stringify([calls.length, calls.join("|").replace(/\\n/g, "|")])));
    `;
    const [count, said] = JSON.parse(node(program)) as [number, string];
    const messages = Array.from({ length: 99 }, (_, i) => `message ${i + 1}`);
    expect([count, said.split("|")]).toEqual([3, [messages[0], "a warning", ...messages.slice(1), "the last one"]]);
  });

  it("looks up no stack trace in source maps, which would be done for each promise", () => {
    const run = `process.on("exit", () => {
        process.exitCode = 0;
        console.log(Object.keys(require.cache).filter((path) => path.includes("source-map-support")).length);
      });
      process.stderr.write = () => true; require("@pulumi/pulumi/cmd/run/index.js")`;
    expect(node(run)).toMatch(/(^|\n)0$/);
  });

  it("compiles TypeScript", () =>
    expect(node(`console.log(typeof require("./settings").loadSettings)`)).toBe("function"));
});

describe("the compiled program", () => {
  const directory = mkdtempSync(join(tmpdir(), "program-"));
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  const answer = () => node(`console.log(require(${JSON.stringify(join(directory, "index.ts"))}).answer)`);
  afterAll(() => rmSync(directory, { recursive: true }));

  it("is never stale: an edit of any file of it counts", () => {
    write("part.ts", "export const part: number = 1;\n");
    write("index.ts", 'import { part } from "./part";\nexport const answer: number = part + 1;\n');
    expect([answer(), answer()]).toEqual(["2", "2"]);
    write("part.ts", "export const part: number = 41;\n");
    expect(answer()).toBe("42");
    write("index.ts", "export const answer: string = 'alone';\n");
    rmSync(join(directory, "part.ts"));
    expect(answer()).toBe("alone");
  });

  it("tells where its faults are", () => {
    write("index.ts", "export const answer: number = 1;\nconst broken: number = ;\n");
    expect(() => answer()).toThrow(/index\.ts:2:23: ERROR: Unexpected ";"/);
  });
});
