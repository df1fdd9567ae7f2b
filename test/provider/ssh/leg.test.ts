import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Connection } from "../../../provider/connection";
import { type Leg, legOf } from "../../../provider/ssh/leg";

const directory = mkdtempSync(join(tmpdir(), "ssh-config-"));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, "config");
const home = (path: string) => join(homedir(), path);

/** The way to a host by this text of ssh_config. */
const leg = (text: string, more: Partial<Connection> = {}): Leg => {
  writeFileSync(file, text);
  return legOf({ host: "web", sshConfig: file, ...more });
};

describe("the way to a host", () => {
  const web = "Host web\n  HostName 192.0.2.10\n  User ann\n  Port 2222\n";
  const cases: [string, string, Partial<Connection>, Partial<Leg>][] = [
    ["without a word of it", "", {}, { address: "web", port: 22, user: "root", knownAs: "web", via: undefined }],
    ["by its alias", web, {}, { address: "192.0.2.10", port: 2222, user: "ann", knownAs: "[192.0.2.10]:2222" }],
    ["where the settings say else", web, { port: 22, user: "root" }, { address: "192.0.2.10", port: 22, user: "root" }],
    ["of another alias", "Host other\n  User bob\n", {}, { user: "root" }],
    ["by a pattern", "Host w*\n  User bob\n", {}, { user: "bob" }],
    ["by a pattern with an exception", "Host * !web\n  User bob\n", {}, { user: "root" }],
    ["by what is said first", `${web}Host *\n  User bob\n`, {}, { user: "ann" }],
    [
      "by keywords in any case, with =",
      "HOST web\n  hostname=192.0.2.11\n  USER = cid\n",
      {},
      { address: "192.0.2.11", user: "cid" },
    ],
    ["by a name made of the alias", "Host web\n  HostName %h.example.org\n", {}, { address: "web.example.org" }],
    ["known by another name", `${web}  HostKeyAlias farm\n`, {}, { knownAs: "farm" }],
    [
      "with key files",
      'IdentityFile ~/.ssh/first\nHost web\n  IdentityFile /keys/%r@%h\n  IdentityFile "/a b/%%"\n',
      { user: "ann" },
      { identityFiles: [home(".ssh/first"), "/keys/ann@web", "/a b/%"] },
    ],
    ["with no agent", "IdentityAgent none\n", {}, { agent: undefined }],
    ["with an agent", "IdentityAgent ~/agent.sock\n", {}, { agent: home("agent.sock") }],
    [
      "with known_hosts files",
      "UserKnownHostsFile ~/a /b\nGlobalKnownHostsFile none\n",
      {},
      { knownHosts: [home("a"), "/b"] },
    ],
    [
      "with ssh's known_hosts files",
      "",
      {},
      {
        knownHosts: [
          home(".ssh/known_hosts"),
          home(".ssh/known_hosts2"),
          "/etc/ssh/ssh_known_hosts",
          "/etc/ssh/ssh_known_hosts2",
        ],
      },
    ],
    ["through a host", "ProxyJump bastion\n", {}, { via: { host: "bastion", sshConfig: file } }],
    [
      "through hosts, the last one nearest to it",
      "ProxyJump ann@outer:2201, ssh://[2001:db8::1]:22\n",
      { connectTimeout: 5 },
      {
        via: {
          host: "2001:db8::1",
          port: 22,
          sshConfig: file,
          connectTimeout: 5,
          proxy: { host: "outer", user: "ann", port: 2201, sshConfig: file, connectTimeout: 5 },
        },
      },
    ],
    ["through nothing", "Host web\n  ProxyJump none\nHost *\n  ProxyJump bastion\n", {}, { via: undefined }],
    ["that all hosts go through, itself too", "ProxyJump web\n", {}, { via: undefined }],
    [
      "through the proxy of the settings",
      "ProxyJump bastion\nProxyCommand nc %h %p\n",
      { proxy: { host: "mine" } },
      { via: { host: "mine" } },
    ],
    [
      "where Match is left out, and told",
      "Match all\n  User eve\n",
      {},
      { user: "root", note: expect.stringContaining(`Match in ${file} is not read`) },
    ],
  ];
  it.each(cases)("%s", (_, text, more, expected) => expect(leg(text, more)).toMatchObject(expected));

  it.each<[string, string, RegExp]>([
    [
      "ProxyCommand",
      "ProxyCommand nc %h %p\n",
      /ssh_config has a ProxyCommand for web, which is not run here: use ProxyJump, or `proxy`/,
    ],
    ["a Port that is none", "Port ssh\n", /ssh_config has a Port for web that is none: ssh/],
    ["a ProxyJump that is none", "ProxyJump a:b:c\n", /ssh_config has a ProxyJump for web that can't be read: a:b:c/],
    ["an Include of itself", `Include ${file}\n`, /Include goes in circles/],
    ["a quote that is not closed", 'User "ann\n', /config can't be read: Unexpected line break/],
  ])("%s is told", (_, text, message) => expect(() => leg(text)).toThrow(message));

  it("has no file where sshConfig is false", () => {
    writeFileSync(file, "User ann\n");
    expect(legOf({ host: "web", sshConfig: false })).toMatchObject({ user: "root", note: undefined });
  });
});

it("nothing of ssh_config is run", () => {
  leg(`Match exec "touch ${directory}/ran"\nHost *\n  CanonicalizeHostName yes\n  CanonicalDomains example.org\n`);
  expect(existsSync(join(directory, "ran"))).toBe(false);
});

describe("Include", () => {
  mkdirSync(join(directory, "conf.d"));
  writeFileSync(join(directory, "conf.d/10-web"), "Host web\n  User ann\n");
  writeFileSync(join(directory, "conf.d/20-all"), "User bob\nPort 2200\n");
  writeFileSync(join(directory, "conf.d/.hidden"), "Port 1\n");

  it.each<[string, string, Partial<Leg>]>([
    [
      "brings files in their order, relative to the first one",
      "Include conf.d/*\nUser last\n",
      { user: "ann", port: 2200 },
    ],
    ["in a Host counts for that host", "Host other\n  Include conf.d/*\n", { user: "root", port: 22 }],
    [
      "in a Host brings sections of its own",
      "Host w*\n  Include conf.d/*\nHost *\n  Port 1\n",
      { user: "ann", port: 2200 },
    ],
    ["of a file that is not there is nothing", "Include nothing conf.d/20*\n", { user: "bob" }],
  ])("%s", (_, text, expected) => expect(leg(text)).toMatchObject(expected));
});

it.each<[string, string, string]>([
  ["who runs this, as by ssh", "ProxyJump bastion\n", userInfo().username],
  ["who ssh_config says", "ProxyJump bastion\nHost bastion\n  User ann\n", "ann"],
  ["who ProxyJump says", "ProxyJump bob@bastion\nHost bastion\n  User ann\n", "bob"],
])("on a jump host logs in %s", (_, text, user) => expect(legOf(leg(text).via!).user).toBe(user));
