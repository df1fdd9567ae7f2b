import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withHostKey } from "../../hosts/hostKey";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0zDqTnR1S9X5r9r0mJ8mD3Yb3o7m2o9bN4d8yqk1Xo";
const inHosts = (block: string) => `# ours\nconfig:\n  supervised:hosts:\n${block}  other: [a,   b] # as it was\n`;
const write = (block: string, ...path: string[]) =>
  withHostKey(inHosts(block), ["config", "supervised:hosts", ...path], key);

describe("a host key goes into the stack's file, and all else stays to the byte", () => {
  it.each<[string, string, string[], string]>([
    [
      "below the host",
      "    web1:\n      host: web # here\n      # port: 22\n      user: ann\n",
      ["web1"],
      `    web1:\n      host: web # here\n      hostKey: ${key}\n      # port: 22\n      user: ann\n`,
    ],
    [
      "in place of the key before",
      "    web1:\n      hostKey: ssh-rsa AAAA # old\n      host: web\n",
      ["web1"],
      `    web1:\n      hostKey: ${key} # old\n      host: web\n`,
    ],
    [
      "in place of knownHosts",
      '    web1:\n      knownHosts: "~/x"\n      host: web\n',
      ["web1"],
      `    web1:\n      hostKey: ${key}\n      host: web\n`,
    ],
    [
      "in one line",
      "    web1: { host: web,  port: 22 }\n",
      ["web1"],
      `    web1: { hostKey: ${key}, host: web,  port: 22 }\n`,
    ],
    [
      "of a proxy",
      "    web1:\n      host: web\n      proxy: {host: bastion}\n",
      ["web1", "proxy"],
      `    web1:\n      host: web\n      proxy: {hostKey: ${key}, host: bastion}\n`,
    ],
    [
      "where the host comes from an anchor",
      "    web0: &all\n      host: web\n    web1:\n      <<: *all\n      port: 2201\n",
      ["web1"],
      `    web0: &all\n      host: web\n    web1:\n      hostKey: ${key}\n      <<: *all\n      port: 2201\n`,
    ],
  ])("%s", (_, block, path, expected) => expect(write(block, ...path)).toBe(inHosts(expected)));

  it("of the reference of the settings", () => {
    const text = readFileSync(join(__dirname, "../../Pulumi.dev.yaml"), "utf8");
    const written = withHostKey(text, ["config", "supervised:hosts", "web1"], key);
    const changed = written.split("\n").filter((line, i) => line !== text.split("\n")[i]);
    expect(changed).toHaveLength(1);
    expect(changed[0]).toContain(`      hostKey: ${key}`);
  });

  it.each<[string, string, string[], RegExp]>([
    ["shared", "    web0: &all { host: web }\n    web1: *all\n", ["web1"], /web1 is \*all, which others share/],
    ["not there", "    web1: { host: web }\n", ["web2"], /supervised:hosts\.web2 is not in the file/],
    ["no block", "    web1: web\n", ["web1"], /supervised:hosts\.web1 is not in the file/],
  ])("unless it is %s", (_, block, path, message) => expect(() => write(block, ...path)).toThrow(message));
});
