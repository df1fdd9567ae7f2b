import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Command, command, type Host } from "../../provider/commands/shell";
import type { Connection } from "../../provider/connection";
import { UNKNOWN } from "../../provider/diff";
import { Provider, type Transport } from "../../provider/provider";
import { type Connected, type Context, NotHealthy, type Resource } from "../../provider/resource";
import { connectionSchema } from "../../provider/schema";
import { InitError } from "../../provider/wire";

interface Inputs extends Connected {
  text: string;
  other?: string;
  versions?: Record<string, string>;
}
class Unreachable extends Error {}

/** A host that holds one text, and can be gone. */
class Fake implements Host {
  readonly name = "web1";
  text: string | undefined;
  ran: string[] = [];
  reachable = true;
  /** What a command does in place of its work. */
  trick: ((text: string) => string | undefined) | undefined;

  async read<T>(): Promise<T> {
    if (!this.reachable) throw new Unreachable("web1: can't connect: no answer");
    return this.text as T;
  }
  async run({ words }: Command) {
    if (!this.reachable) throw new Unreachable("web1: can't connect: no answer");
    this.ran.push(words.join(" "));
    const text = String(words[1]);
    this.text = this.trick === undefined ? text : this.trick(text);
    return { exitCode: 0, stdout: "", stderr: "" };
  }
}

const note: Resource<Inputs, string> = {
  type: "host:index:Note",
  schema: z.strictObject({
    connection: connectionSchema,
    text: z.string().min(1, "should not be empty"),
    other: z.string().optional(),
    versions: z.record(z.string(), z.string()).optional(),
  }),
  defaults: { other: "default" },
  replaces: [],
  texts: ["text"],
  lists: ["versions"],
  id: () => "note",
  read: (reader) => reader.read<string | undefined>({ command: command("look"), parse: () => undefined }),
  observed: (inputs, current) => ({ ...inputs, text: current }),
  outputs: (_, current) => (current === undefined ? {} : { length: current.length }),
  plan: ({ text }, current) => (current === text ? [] : [command("write", text)]),
  remove: () => [command("write", "gone")],
};

function setUp() {
  const host = new Fake();
  const transport: Transport = {
    host: () => host,
    isConnectError: (error) => error instanceof Unreachable,
    close: async () => {},
  };
  const said: string[] = [];
  const context = (preview = false): Context => ({
    urn: "urn:pulumi:dev::supervised::host:index:Note::note",
    name: "note",
    id: "note",
    preview,
    signal: new AbortController().signal,
    log: async (line) => void said.push(line),
    status: async () => {},
  });
  return { host, said, context, provider: new Provider([note], {}, transport) };
}
const connection: Connection = { name: "web1", host: "192.0.2.1", privateKey: "old" };
const inputs = (text: string, more: Partial<Connection> = {}) => ({
  connection: { ...connection, ...more },
  text,
  other: "default",
});
const state = (text: string) => ({ ...inputs(text), length: text.length });
const old = (text: string) => ({ inputs: inputs(text), state: state(text) });
const type = note.type;

describe("check", () => {
  it("fills in defaults and finds every failure", () => {
    const { provider } = setUp();
    expect(provider.check(type, { connection, text: "", extra: 1 })).toEqual({
      inputs: { connection, text: "", extra: 1, other: "default" },
      failures: [
        { property: "text", reason: "should not be empty" },
        { property: "", reason: expect.stringContaining("extra") },
      ],
    });
  });
  it("lets a preview's unknowns pass", () => {
    expect(setUp().provider.check(type, { connection, text: UNKNOWN }).failures).toEqual([]);
    expect(setUp().provider.check(type, { connection, text: "a", other: UNKNOWN }).failures).toEqual([]);
  });
});

describe("diff", () => {
  it("is of inputs, not of outputs", () => expect(setUp().provider.diff(type, old("a"), inputs("a"))).toEqual([]));
  it("of credentials is none, of a port an update, of a host a replacement", () => {
    const { provider } = setUp();
    expect(provider.diff(type, old("a"), inputs("a", { privateKey: "new" }))).toEqual([]);
    expect(provider.diff(type, old("a"), inputs("a", { port: 23 }))).toEqual([
      { path: "connection.port", kind: "add", replaces: false },
    ]);
    expect(provider.diff(type, old("a"), inputs("a", { host: "192.0.2.2" }))[0]).toMatchObject({ replaces: true });
  });
  it("of a state that could not be read is an update: no success that nobody looked at", () => {
    const unverified = { inputs: inputs("a"), state: { ...state("a"), unverified: true } };
    expect(setUp().provider.diff(type, unverified, inputs("a", { privateKey: "new" }))).toEqual([
      { path: "connection", kind: "update", replaces: false },
    ]);
  });
});

describe("create and update are one act", () => {
  it("read, plan, run, read again", async () => {
    const { provider, host, context } = setUp();
    expect(await provider.create(type, inputs("a"), context())).toEqual({ id: "note", state: state("a") });
    expect(await provider.update(type, { id: "note", ...old("a") }, inputs("b"), context())).toEqual(state("b"));
    expect(host.ran).toEqual(["write a", "write b"]);
  });

  it("what is as desired runs nothing", async () => {
    const { provider, host, context } = setUp();
    host.text = "a";
    await provider.update(type, { id: "note", ...old("a") }, inputs("a", { port: 23 }), context());
    expect(host.ran).toEqual([]);
  });

  it("a result that is not as desired is no success, and is recorded", async () => {
    const { provider, host, context } = setUp();
    host.trick = (text) => `${text}?`;
    const error = await provider.create(type, inputs("a"), context()).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InitError);
    expect(error.message).toContain("web1: not as it should be after it was made: text");
    expect(error.state).toMatchObject({ text: "a?" });
  });

  it("a failed update is a plain error, a half-made create is recorded", async () => {
    const { provider, host, context } = setUp();
    host.reachable = false;
    const failed = await provider
      .update(type, { id: "note", ...old("a") }, inputs("b"), context())
      .catch((thrown) => thrown);
    expect(failed).toBeInstanceOf(Unreachable);
    const unmade = await provider.create(type, inputs("b"), context()).catch((thrown) => thrown);
    expect(unmade).toBeInstanceOf(Unreachable);
    expect(new NotHealthy("x")).toBeInstanceOf(Error);
  });
});

describe("preview", () => {
  it("touches nothing, returns inputs and exact outputs, and shows lines", async () => {
    const { provider, host, said, context } = setUp();
    expect(await provider.create(type, inputs("a"), context(true))).toEqual({ id: "", state: inputs("a") });
    expect(await provider.update(type, { id: "note", ...old("a\n") }, inputs("b\n"), context(true))).toEqual(
      inputs("b\n"),
    );
    expect(said).toEqual(["text:\n  -a\n  +b"]);
    expect(host.ran).toEqual([]);
  });

  it("shows no lines of what is not known yet, as of a dead host", async () => {
    const { provider, said, context } = setUp();
    const before = old("a\n");
    Object.assign(before.state, { versions: { six: "1.16.0" } });
    const versions = UNKNOWN as never;
    await provider.update(type, { id: "note", ...before }, { ...inputs(UNKNOWN), versions }, context(true));
    expect(said).toEqual([]);
    await provider.update(type, { id: "note", ...before }, { ...inputs("a\n"), versions: {} }, context(true));
    expect(said).toEqual(["versions:\n  - six 1.16.0"]);
  });
});

describe("read", () => {
  it("tells drift, and what is gone", async () => {
    const { provider, host, context } = setUp();
    host.text = "by hand";
    expect(await provider.read(type, old("a"), context())).toEqual({
      inputs: inputs("by hand"),
      state: state("by hand"),
    });
    host.text = undefined;
    expect(await provider.read(type, old("a"), context())).toBeUndefined();
  });
  it("without a connection keeps the state, warns, and marks it", async () => {
    const { provider, host, said, context } = setUp();
    host.reachable = false;
    expect((await provider.read(type, old("a"), context()))!.state).toEqual({ ...state("a"), unverified: true });
    expect(said.join()).toContain("not read, the recorded state is kept: web1: can't connect");
  });
});

describe("delete", () => {
  it("on a dead host fails with the way out, which works", async () => {
    const { provider, host, said, context } = setUp();
    host.reachable = false;
    await expect(provider.delete(type, old("a"), context())).rejects.toThrow("SUPERVISED_FORGET=web1");
    process.env.SUPERVISED_FORGET = "web9, web1";
    await provider.delete(type, old("a"), context());
    delete process.env.SUPERVISED_FORGET;
    expect(said.join()).toContain("left on web1");
  });
  it("of what is gone runs nothing", async () => {
    const { provider, host, context } = setUp();
    await provider.delete(type, old("a"), context());
    expect(host.ran).toEqual([]);
  });
});
