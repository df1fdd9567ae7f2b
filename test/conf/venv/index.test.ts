import { describe, expect, it } from "vitest";
import { run } from "./python";

const call = <T>(name: string, ...args: unknown[]) =>
  run<T>(`import index_access\nprint(json.dumps(getattr(index_access, input[0])(*input[1])))`, [name, args]);
const url = "https://bob:s3c%40ret@pypi.example.org:8443/simple";

describe("an index with credentials", () => {
  it("goes by the environment, never by words", () => {
    expect(call("environment", url, "/w/.netrc")).toEqual({
      PIP_INDEX_URL: url,
      UV_DEFAULT_INDEX: url,
      NETRC: "/w/.netrc",
    });
    expect(call("environment", "https://pypi.example.org/simple", "/w/.netrc")).toEqual({
      PIP_INDEX_URL: "https://pypi.example.org/simple",
      UV_DEFAULT_INDEX: "https://pypi.example.org/simple",
    });
    expect(call("environment", null, "/w/.netrc")).toEqual({});
  });

  it.each<[string | null, string]>([
    [url, "machine pypi.example.org login bob password s3c@ret\n"],
    ["https://bob:a%20%22b@h/", 'machine h login bob password "a \\"b"\n'],
    ["https://h/", ""],
    [null, ""],
  ])("%s opens the indexes of a lock on its host", (index, netrc) => expect(call("netrc_of", index)).toBe(netrc));

  it.each<[string, string, string]>([
    ["whole", `Looking in ${url}`, "Looking in https://[secret]@pypi.example.org:8443/simple"],
    ["its password as written", "401: s3c%40ret", "401: [secret]"],
    ["its password as meant", "401: s3c@ret", "401: [secret]"],
    ["its user alone is none", "bob may not", "bob may not"],
  ])("is not told: %s", (_, text, told) => expect(call("redact", url, text)).toBe(told));
  it("that is a token is not told either", () => {
    expect(call("redact", "https://t0ken@h/", "https://t0ken@h/x and t0ken")).toBe("https://[secret]@h/x and [secret]");
    expect(call("redact", "https://t0ken:@h/", "t0ken")).toBe("[secret]");
  });

  it("is one that a lock names, or another", () => {
    const lock = 'source = { registry = "https://pypi.example.org/simple" }';
    expect(call("names", lock, url)).toBe(true);
    expect(call("names", lock, "https://mirror.example.org/simple")).toBe(false);
  });
});
