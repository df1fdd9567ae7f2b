import { describe, expect, it } from "vitest";
import { diffInputs, hasUnknown, UNKNOWN } from "../../provider/diff";
import { linesOf } from "../../provider/lines";

const connection = { host: "192.0.2.1", port: 22, privateKey: "a" };
const rules = { replaces: ["path"], ignores: ["keep"] };

describe("what differs", () => {
  it.each<[string, object, object, string[]]>([
    ["nothing", { a: 1 }, { a: 1 }, []],
    ["a leaf", { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, ["update a.c"]],
    ["a key that is no word", { files: { "r.txt": "a" } }, { files: { "r.txt": "b" } }, ['update files["r.txt"]']],
    ["a list, as a whole", { a: [1, 2] }, { a: [1] }, ["update a"]],
    ["something new and something gone", { a: 1 }, { b: 1 }, ["delete a", "add b"]],
    ["what replaces", { path: "/a" }, { path: "/b" }, ["update path, replaces"]],
    ["what is ignored", { keep: 1 }, { keep: 2 }, []],
    [
      "another key or agent",
      { connection },
      { connection: { ...connection, privateKey: "b", agentSocketPath: "/s" } },
      [],
    ],
    ["another port", { connection }, { connection: { ...connection, port: 23 } }, ["update connection.port"]],
    [
      "another host",
      { connection },
      { connection: { ...connection, host: "192.0.2.2" } },
      ["update connection.host, replaces"],
    ],
    [
      "a proxy's key, and its port",
      { connection: { ...connection, proxy: { host: "p", port: 1, password: "x" } } },
      { connection: { ...connection, proxy: { host: "p", port: 2, password: "y" } } },
      ["update connection.proxy.port"],
    ],
  ])("%s", (_, old, news, expected) => {
    const changes = diffInputs(old as never, news as never, rules);
    expect(changes.map(({ kind, path, replaces }) => `${kind} ${path}${replaces ? ", replaces" : ""}`)).toEqual(
      expected,
    );
  });
});

describe("unknown values", () => {
  it.each([
    [{ a: [{ b: UNKNOWN }] }, true],
    [{ a: [{ b: "known" }] }, false],
    [UNKNOWN, true],
  ])("%j: %s", (value, unknown) => expect(hasUnknown(value)).toBe(unknown));
});

describe("lines of a text", () => {
  it("show what changes, with a line around", () => {
    expect(linesOf("conf", "a\nb\nc\nd\n", "a\nb\nX\nd\n")).toBe("conf:\n   b\n  -c\n  +X\n   d");
  });
  it("of several texts come by name; those that stay are left out", () => {
    expect(linesOf("files", { a: "1\n", b: "2\n" }, { a: "1\n", b: "3\n" })).toBe("b:\n  -2\n  +3");
  });
  it("of equal texts are none", () => expect(linesOf("conf", "a", "a")).toBe(""));
});
