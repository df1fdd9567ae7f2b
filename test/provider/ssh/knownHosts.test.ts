import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fingerprint, keyOf, parseKnownHosts, writeKey } from "../../../provider/ssh/knownHosts";
import { openSshPair } from "../../../sandbox/keys";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIJ0zDqTnR1S9X5r9r0mJ8mD3Yb3o7m2o9bN4d8yqk1Xo";
const ed25519 = `ssh-ed25519 ${key}`;

describe("lines of known_hosts that are about a host", () => {
  it.each<[string, string, string, number]>([
    ["its name", `web1 ${ed25519}`, "web1", 1],
    ["another name", `web2 ${ed25519}`, "web1", 0],
    ["one of several", `web0,web1,192.0.2.1 ${ed25519} note`, "192.0.2.1", 1],
    ["another port", `[web1]:2201 ${ed25519}`, "[web1]:2201", 1],
    ["the name without its port", `web1 ${ed25519}`, "[web1]:2201", 0],
    ["a pattern", `*.example.org ${ed25519}`, "a.example.org", 1],
    ["a pattern with an exception", `*.example.org,!b.example.org ${ed25519}`, "b.example.org", 0],
    ["a pattern over ports", `[web1]:* ${ed25519}`, "[web1]:2201", 1],
    ["a dot is no wildcard", `a.example ${ed25519}`, "aXexample", 0],
    ["a comment", `# web1 ${ed25519}`, "web1", 0],
    ["capital letters", `WEB1 ${ed25519}`, "web1", 1],
    ["a key of another kind than it says", `web1 ssh-rsa ${key}`, "web1", 0],
    ["no key", "web1 ssh-ed25519 AAAA", "web1", 0],
    ["several", `web1 ${ed25519}\nweb1 ${openSshPair().publicKey}\n`, "web1", 2],
  ])("%s", (_, text, name, count) => expect(parseKnownHosts(text, name).keys).toHaveLength(count));

  it("a revoked key is no trusted one, nor is an authority's", () => {
    const text = `@revoked web1 ${ed25519}\n@cert-authority *.example.org,web1 ${ed25519}\n`;
    const { keys, revoked, authorities } = parseKnownHosts(text, "web1");
    expect(keys).toEqual([]);
    expect(revoked.map(fingerprint)).toHaveLength(1);
    expect(authorities).toBe(1);
    expect(parseKnownHosts(text, "a.example.org")).toMatchObject({ revoked: [], authorities: 1 });
  });
});

describe("as OpenSSH has it", () => {
  it("names that ssh-keygen hashed are found, and no others", () => {
    const directory = mkdtempSync(join(tmpdir(), "known-"));
    const file = join(directory, "known_hosts");
    writeFileSync(file, `web1,192.0.2.1 ${ed25519}\n[web2]:2201 ${openSshPair().publicKey}\n`);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "ignore" });
    const text = readFileSync(file, "utf8");
    rmSync(directory, { recursive: true });
    expect(text).not.toContain("web");
    expect(["web1", "192.0.2.1", "[web2]:2201"].map((name) => parseKnownHosts(text, name).keys.length)).toEqual([
      1, 1, 1,
    ]);
    expect(["web2", "web3"].map((name) => parseKnownHosts(text, name).keys.length)).toEqual([0, 0]);
  });

  it.each(["ed25519", "ecdsa", "rsa"])("fingerprints of %s keys are those of ssh-keygen", (type) => {
    const directory = mkdtempSync(join(tmpdir(), "known-"));
    const file = join(directory, "key");
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", file]);
    const [, expected] = execFileSync("ssh-keygen", ["-lf", `${file}.pub`], { encoding: "utf8" }).split(" ");
    const line = readFileSync(`${file}.pub`, "utf8");
    rmSync(directory, { recursive: true });
    const read = keyOf(line)!;
    expect(fingerprint(read.blob)).toBe(expected);
    expect(line).toContain(writeKey(read));
  });
});
