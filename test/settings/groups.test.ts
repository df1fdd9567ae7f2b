import { describe, expect, it } from "vitest";
import { parseSettings } from "../../settings/parse";

const host = { host: "192.0.2.10" };
const app = { repository: "https://example.org/a.git", program: { command: "run" } };
const given = (groups: unknown, hosts: unknown = ["web"]) => ({
  hosts: { web1: host, web2: host, web3: host },
  groups,
  apps: { shop: { ...app, hosts } },
});
const lines = (...words: Parameters<typeof given>) =>
  parseSettings(given(...words)).problems.map(({ path, message }) => `${path}: ${message}`);

describe("an app on groups of hosts", () => {
  it.each<[string, unknown, string[], string[]]>([
    ["in the order of the group", { web: ["web3", "web1"] }, ["web"], ["web3", "web1"]],
    ["beside hosts, in the order of both", { web: ["web3", "web1"] }, ["web2", "web"], ["web2", "web3", "web1"]],
    ["each once, where it is named first", { web: ["web1", "web3"] }, ["web3", "web"], ["web3", "web1"]],
    ["of groups", { web: ["a", "b"], a: ["web2"], b: ["web1", "a"] }, ["web"], ["web2", "web1"]],
    ["that share one", { web: ["a", "b"], a: ["c"], b: ["c", "web1"], c: ["web2"] }, ["web"], ["web2", "web1"]],
    ["without any group", undefined, ["web2", "web1"], ["web2", "web1"]],
  ])("gets plain hosts: %s", (_, groups, names, hosts) => {
    const { settings, problems } = parseSettings(given(groups, names));
    expect(problems).toEqual([]);
    expect(settings?.apps.shop?.hosts).toEqual(hosts);
  });

  it.each<[string, unknown, unknown, string[]]>([
    [
      "an unknown name",
      { web: ["web1"] },
      ["wep"],
      ['apps.shop.hosts[0]: is no host or group of the settings; did you mean web? (got "wep")'],
    ],
    [
      "an unknown member",
      { web: ["web1", "web9"] },
      ["web"],
      ['groups.web[1]: is no host or group of the settings; did you mean web1? (got "web9")'],
    ],
    ["no list", { web: "web1" }, ["web"], ['groups.web: should be a list of names of hosts and groups (got "web1")']],
    ["a number", { web: [1] }, ["web"], ["groups.web[0]: should be the name of a host or a group (got 1)"]],
    ["nobody", { web: [] }, ["web"], ["groups.web: should name at least one host (got [])"]],
    ["one twice", { web: ["web1", "web1"] }, ["web"], ["groups.web: should name each host once"]],
    ["a host's name", { web1: ["web2"] }, ["web1"], ["groups.web1: should not be the name of a host"]],
    ["a bad name", { Web: ["web2"] }, ["Web"], ["groups.Web: should be a name of lower-case letters, digits and -"]],
    ["itself", { web: ["web1", "web"] }, ["web"], ["groups.web: should not contain itself: web → web"]],
    [
      "a cycle, told once",
      { web: ["a"], a: ["web1", "b"], b: ["a"] },
      ["web"],
      ["groups.a: should not contain itself: a → b → a"],
    ],
    ["groups as a list", ["web1"], ["web1"], ["groups: should map names to lists of hosts and groups"]],
  ])("%s is told", (_, groups, names, expected) => expect(lines(groups, names)).toEqual(expected));

  it("has its checkouts looked at on every host of its groups", () => {
    const two = {
      hosts: { web1: host },
      groups: { web: ["web1"] },
      apps: { shop: { ...app, hosts: ["web"] }, blog: { ...app, hosts: ["web1"], path: "/opt/shop" } },
    };
    expect(parseSettings(two).problems).toEqual([
      { path: "apps.blog.path", message: "should not be /opt/shop on web1: that is the checkout of shop" },
    ]);
  });
});
