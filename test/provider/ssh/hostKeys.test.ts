import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { algorithmsOf, refusal, trustedKeys } from "../../../provider/ssh/hostKeys";
import { fingerprint, keyOf } from "../../../provider/ssh/knownHosts";
import { resolveLeg } from "../../../provider/ssh/leg";
import { openSshPair } from "../../../sandbox/keys";

const directory = mkdtempSync(join(tmpdir(), "trust-"));
afterAll(() => rmSync(directory, { recursive: true }));

const [one, other] = [openSshPair().publicKey, openSshPair().publicKey];
const blobOf = (key: string) => keyOf(key)!.blob;
const trust = (lines: string, port = 22) => {
  const knownHosts = join(directory, "known_hosts");
  writeFileSync(knownHosts, lines);
  return trustedKeys(resolveLeg({ host: "web1", port, knownHosts }, { values: new Map(), unread: [] }, String));
};

describe("a host that shows its key", () => {
  it.each<[string, string, number, string | undefined]>([
    ["is let through by it", `web1 ${one}`, 22, undefined],
    ["is let through by any that is known", `web1 ${other}\nweb1 ${one}`, 22, undefined],
    ["is let through where it is known without its port, as by ssh", `web1 ${one}`, 2201, undefined],
    ["is not, where its port has another key", `[web1]:2201 ${other}\nweb1 ${one}`, 2201, "is not trusted"],
    ["is not by a key that is revoked", `web1 ${one}\n@revoked * ${one}`, 22, "is revoked in"],
    ["is not by another", `web1 ${other}`, 22, "is not trusted"],
  ])("%s", (_, lines, port, message) => {
    const refused = refusal(trust(lines, port), blobOf(one));
    if (message === undefined) expect(refused).toBeUndefined();
    else expect(refused).toMatch(new RegExp(`${fingerprint(blobOf(one)).replaceAll("+", "\\+")}.* ${message}`));
  });

  it.each<[string, string, RegExp]>([
    [
      "of which nothing is known",
      `web2 ${one}`,
      /has no key for web1, and nothing is trusted silently\n.*hosts -- trust/,
    ],
    [
      "of which an authority is known",
      `@cert-authority web1 ${one}`,
      /certificate authority \(@cert-authority\), and host certificates can't be verified here\n.*hosts -- trust/,
    ],
    [
      "whose key is in hardware",
      "web1 sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIE0qfIQMZE5",
      /has only sk-ssh-ed25519@openssh.com for web1; what can be verified is/,
    ],
  ])("%s is refused with what to do", (_, lines, message) => expect(() => trust(lines)).toThrow(message));

  it("beside an authority is verified by the key of its own", () => {
    expect(trust(`@cert-authority * ${other}\nweb1 ${one}`).keys.map(({ blob }) => blob)).toEqual([blobOf(one)]);
  });

  it("is asked only for keys of the kinds that are known, RSA in its newer ways too", () => {
    const rsa = { type: "ssh-rsa", blob: Buffer.alloc(0) };
    expect(algorithmsOf([rsa, { type: "ssh-ed25519", blob: Buffer.alloc(0) }])).toEqual([
      "rsa-sha2-512",
      "rsa-sha2-256",
      "ssh-rsa",
      "ssh-ed25519",
    ]);
  });
});
