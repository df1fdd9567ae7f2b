import { describe, expect, it } from "vitest";
import { inherit } from "../../settings/defaults";
import { parseSettings } from "../../settings/parse";

const hosts = { web1: { host: "192.0.2.1" }, web2: { host: "192.0.2.2" } };
const shop = { hosts: ["web1"], repository: "https://example.org/a.git", program: { command: "run" } };
const lines = (given: Parameters<typeof parseSettings>[0]) =>
  parseSettings(given).problems.map(({ path, message }) => `${path}: ${message}`);

describe("an entry on top of its defaults", () => {
  it.each<[string, unknown, unknown, unknown]>([
    ["takes what it does not say itself", { a: 1, b: 2 }, { b: 3 }, { a: 1, b: 3 }],
    [
      "merges maps by key",
      { env: { A: "1", B: "2" } },
      { env: { B: "3", C: "4" } },
      { env: { A: "1", B: "3", C: "4" } },
    ],
    ["merges maps in maps", { x: { y: { a: 1, b: 2 } } }, { x: { y: { b: 3 } } }, { x: { y: { a: 1, b: 3 } } }],
    ["replaces lists", { files: ["a", "b"] }, { files: ["c"] }, { files: ["c"] }],
    ["takes one away with null", { health: { url: "x" }, b: 1 }, { health: null }, { b: 1 }],
    ["takes one in a map away", { env: { A: "1", B: "2" } }, { env: { A: null } }, { env: { B: "2" } }],
    ["keeps a null without a default, to be told", { a: 1 }, { b: null }, { a: 1, b: null }],
    ["replaces a map by another kind", { alias: { x: 1 } }, { alias: true }, { alias: true }],
    ["says conf in place of program", { program: { command: "x" } }, { conf: "a.conf" }, { conf: "a.conf" }],
    ["says hostKey in place of knownHosts", { knownHosts: "x" }, { hostKey: "k" }, { hostKey: "k" }],
    ["says an agent in place of a key", { privateKeyFile: "x" }, { agentSocketPath: "s" }, { agentSocketPath: "s" }],
    [
      "and so of a proxy",
      { proxy: { host: "b", knownHosts: "x" } },
      { proxy: { hostKey: "k" } },
      { proxy: { host: "b", hostKey: "k" } },
    ],
    [
      "and not of a variable of that name",
      { e: { conf: "x" } },
      { e: { program: "y" } },
      { e: { conf: "x", program: "y" } },
    ],
  ])("%s", (_, defaults, own, expected) => {
    const before = structuredClone([defaults, own]);
    expect(inherit(defaults, own)).toEqual(expected);
    expect([defaults, own]).toEqual(before);
  });

  it("is what is loaded, and other apps have nothing of it", () => {
    const defaults = {
      host: { user: "deploy", become: "sudo" },
      app: {
        hosts: ["web2"],
        environment: { A: "1" },
        rollout: { batch: 1 },
        health: { url: "http://127.0.0.1/", timeout: 5 },
      },
    };
    const { settings, problems } = parseSettings({
      hosts: { ...hosts, web2: { host: "192.0.2.2", user: "root", become: null } },
      defaults,
      apps: {
        shop: { ...shop, environment: { B: "2" }, rollout: { pause: 9 } },
        blog: {
          repository: shop.repository,
          conf: "a.conf",
          environment: { A: null },
          health: { url: "http://127.0.0.1:81/" },
        },
        api: { ...shop, health: null },
      },
    });
    expect(problems).toEqual([]);
    expect(settings?.hosts).toMatchObject({ web1: { user: "deploy", become: "sudo" }, web2: { user: "root" } });
    expect(settings?.hosts.web2).not.toHaveProperty("become");
    const { shop: one, blog, api } = settings!.apps;
    expect(one).toMatchObject({
      hosts: ["web1"],
      environment: { A: "1", B: "2" },
      rollout: { canary: 1, batch: 1, pause: 9, onFailure: "stop" },
    });
    expect(blog).toMatchObject({
      hosts: ["web2"],
      environment: {},
      health: { url: "http://127.0.0.1:81/", timeout: 5 },
    });
    expect(api).not.toHaveProperty("health");
  });
});

describe("what is wrong with defaults", () => {
  it.each<[string, unknown, Record<string, object>, string[]]>([
    [
      "a wrong value, once",
      { app: { waitForLock: "x" } },
      { shop, blog: shop },
      ['defaults.app.waitForLock: should be a number of seconds (got "x")'],
    ],
    [
      "one that nobody takes",
      { app: { start: 1 } },
      { shop: { ...shop, start: true } },
      ["defaults.app.start: should be true or false (got 1)"],
    ],
    [
      "one in a map",
      { app: { health: { timeout: 0 } } },
      { shop: { ...shop, health: { url: "http://a/" } } },
      ["defaults.app.health.timeout: should be more than 0 seconds (got 0)"],
    ],
    [
      "a typo",
      { app: { rollout: { bach: 1 } } },
      { shop, blog: shop },
      ["defaults.app.rollout.bach: is no setting; did you mean batch?"],
    ],
    ["a typo of a kind", { apps: {} }, { shop }, ["defaults.apps: is no setting; did you mean app?"]],
    ["no map", { app: ["a"] }, { shop }, ["defaults.app: should map settings to their defaults"]],
    ["no map at all", "x", { shop }, ["defaults: should map host and app to their settings"]],
    ["a host's option", { host: { prot: 22 } }, { shop }, ["defaults.host.prot: is no setting; did you mean port?"]],
    [
      "what each has alone",
      { host: { host: "x" }, app: { renamedFrom: "y" } },
      { shop },
      ["defaults.host.host: should be set for each alone", "defaults.app.renamedFrom: should be set for each alone"],
    ],
    [
      "an element of a list",
      { app: { hooks: { beforeStart: [{ name: "a" }] } } },
      { shop, blog: shop },
      ["defaults.app.hooks.beforeStart[0].command: is missing: should be a command line"],
    ],
    [
      "a host that is none, once",
      { app: { hosts: ["web9"] } },
      { shop: { ...shop, hosts: undefined }, blog: { ...shop, hosts: undefined } },
      ['defaults.app.hosts[0]: is no host of the settings; did you mean web1? (got "web9")'],
    ],
    [
      "what an entry lacks is the entry's",
      { app: { health: { timeout: 5 } } },
      { shop },
      ["apps.shop.health.url: is missing: should be a URL"],
    ],
    [
      "a secret one, without its value",
      { app: { environment: { KEY: 4711 } } },
      { shop },
      ['defaults.app.environment.KEY: should be a text; put numbers and booleans in quotes, as in "1" (got [secret])'],
    ],
    [
      "one that does not go with an app's own",
      { app: { environment: { A: "1" } } },
      { shop, blog: { ...shop, program: undefined, conf: "a.conf" } },
      [
        "defaults.app.environment: should not be set beside conf: the repository's conf has its own environment= (in apps.blog)",
      ],
    ],
    [
      "an option that supervisor does not take, once",
      { app: { program: { socket_mode: "0700" } } },
      { shop, blog: shop },
      ["defaults.app.program.socket_mode: should go with socket: supervisor ignores it otherwise (in apps.shop)"],
    ],
  ])("%s", (_, defaults, apps, expected) => expect(lines({ hosts, defaults, apps } as never)).toEqual(expected));

  it("of a connection is told where it was written", () => {
    const defaults = { host: { becomePassword: "hunter2" } };
    expect(lines({ hosts, defaults, apps: { shop } })).toEqual([
      "defaults.host.becomePassword: should go with become: sudo (in hosts.web1)",
    ]);
  });

  it("is told with what is wrong elsewhere", () => {
    const given = {
      hosts: { web1: { host: "a b" } },
      defaults: { app: { start: 1 } },
      groups: { x: [] },
      apps: { shop: { ...shop, ref: 1 } },
    };
    expect(lines(given).map((line) => line.split(":")[0])).toEqual([
      "defaults.app.start",
      "hosts.web1.host",
      "groups.x",
      "apps.shop.ref",
    ]);
  });

  it("and only meant otherwise is a warning, once", () => {
    const defaults = { app: { program: { command: "a && b" } } };
    const apps = { shop: { ...shop, program: undefined }, blog: { ...shop, program: undefined } };
    expect(parseSettings({ hosts, defaults, apps } as never).settings?.warnings).toEqual([
      {
        path: "defaults.app.program.command",
        message: "has &&, and no shell that would understand it (in apps.shop)",
      },
    ]);
  });
});
