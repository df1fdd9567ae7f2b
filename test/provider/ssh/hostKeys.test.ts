import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fingerprint, parseKnownHosts } from "../../../provider/ssh/hostKeys";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIJ0zDqTnR1S9X5r9r0mJ8mD3Yb3o7m2o9bN4d8yqk1Xo";
const hashed = (name: string) => {
  const salt = Buffer.from("0123456789abcdef0123");
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
};

describe("lines of known_hosts that are about a host", () => {
  it.each<[string, string, string, number, number]>([
    ["its name", `web1 ssh-ed25519 ${key}`, "web1", 22, 1],
    ["another name", `web2 ssh-ed25519 ${key}`, "web1", 22, 0],
    ["one of several", `web0,web1,192.0.2.1 ssh-ed25519 ${key} note`, "192.0.2.1", 22, 1],
    ["another port", `[web1]:2201 ssh-ed25519 ${key}`, "web1", 2201, 1],
    ["the name without its port", `web1 ssh-ed25519 ${key}`, "web1", 2201, 0],
    ["a pattern", `*.example.org ssh-ed25519 ${key}`, "a.example.org", 22, 1],
    ["a pattern with an exception", `*.example.org,!b.example.org ssh-ed25519 ${key}`, "b.example.org", 22, 0],
    ["a dot is no wildcard", `a.example ssh-ed25519 ${key}`, "aXexample", 22, 0],
    ["a hashed name", `${hashed("web1")} ssh-ed25519 ${key}`, "web1", 22, 1],
    ["another hashed name", `${hashed("web2")} ssh-ed25519 ${key}`, "web1", 22, 0],
    ["a comment", `# web1 ssh-ed25519 ${key}`, "web1", 22, 0],
    ["two keys", `web1 ssh-ed25519 ${key}\nweb1 ssh-rsa ${key}\n`, "web1", 22, 2],
  ])("%s", (_, text, host, port, count) => expect(parseKnownHosts(text, host, port).keys).toHaveLength(count));

  it("a revoked key is no trusted one", () => {
    const { keys, revoked } = parseKnownHosts(`@revoked web1 ssh-ed25519 ${key}`, "web1", 22);
    expect(keys).toEqual([]);
    expect(revoked.map(fingerprint)).toHaveLength(1);
  });

  it("a certificate authority is refused with what to do", () => {
    expect(() => parseKnownHosts(`@cert-authority web1 ssh-ed25519 ${key}`, "web1", 22)).toThrow("set hostKey");
  });
});
