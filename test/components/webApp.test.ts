import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { deploy } from "../../components/deploy";
import { Host } from "../../components/host";
import type { ResolveOutputs } from "../../provider/resolve";
import { openSshPair } from "../../sandbox/keys";
import { parseSettings } from "../../settings/parse";
import { pipRecipe } from "../provider/recipe";

interface Made {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}
interface Request {
  getName(): string;
  getType(): string;
  getProtect(): boolean;
  getDependenciesList(): string[];
}
interface Monitor {
  registerResource(request: Request, answer: unknown): unknown;
}
const made: Made[] = [];
const asked: Record<string, unknown>[] = [];
let answer: Partial<ResolveOutputs> = {};
/** Of a supervisord other than Debian's. */
let software: object = {};

const source: ResolveOutputs = {
  commit: "b".repeat(40),
  subject: "Two",
  previous: "a".repeat(40),
  direction: "forward",
  commits: ["bbbbbbb Two"],
  recipe: pipRecipe,
  files: { "requirements.txt": "litestar\n" },
  locks: {},
  packages: {},
  digest: "0123456789abcdef",
  python: "3.11.2",
};

pulumi.runtime.setMocks(
  {
    newResource: ({ type, name, inputs }) => {
      made.push({ type, name, inputs });
      const packages = {
        supervisor: "4.2.5",
        python: "3.11.2",
        confDirectory: "/etc/supervisor/conf.d",
        confSuffix: ".conf",
        mainConf: "/etc/supervisor/supervisord.conf",
        supervisorctl: "supervisorctl",
        ...software,
      };
      const outputs =
        type === "host:index:Packages" ? packages : type === "host:index:Release" ? { state: "RUNNING" } : {};
      return { id: `${name}-id`, state: { ...inputs, ...outputs } };
    },
    call: ({ inputs }) => {
      asked.push(inputs);
      return { ...source, ...answer };
    },
  },
  "supervised",
  "dev",
);

/** What is asked for with a resource is not handed to mocks: it is seen on its way to them. */
const isProtected = new Map<string, boolean>();
/** By name: the names of the resources that one names as its dependencies. */
const dependencies = new Map<string, string[]>();
const monitor = (pulumi.runtime as unknown as { getMonitor(): Monitor }).getMonitor();
const register = monitor.registerResource.bind(monitor);
monitor.registerResource = (request, answer) => {
  const names = request.getDependenciesList().map((urn) => urn.replace(/.*::/, ""));
  dependencies.set(request.getName(), names.sort());
  isProtected.set(`${request.getType().replace(/^.*:/, "")} ${request.getName()}`, request.getProtect());
  return register(request, answer);
};
const dev = parse(readFileSync(join(__dirname, "../../Pulumi.dev.yaml"), "utf8")).config;
const app = dev["supervised:apps"].exampleapp;
const host = { host: "192.0.2.1", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbc" };

const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

/** Deploys one app of these settings, and waits until everything of it is made. */
async function run(change: object = {}, hosts = ["web1"], secret: Record<string, string> = {}, address: object = {}) {
  const { settings, problems } = parseSettings({
    hosts: Object.fromEntries(hosts.map((name, i) => [name, { ...host, host: `192.0.2.${i + 1}`, ...address }])),
    apps: { shop: { ...app, environment: {}, ...change, hosts } },
  });
  expect(problems).toEqual([]);
  const components = hosts.map((name) => new Host(name, { connection: { ...settings!.hosts[name]!, name } }));
  const secrets = Object.fromEntries(Object.entries(secret).map(([name, text]) => [name, pulumi.secret(text)]));
  const marked = { ...settings!.apps.shop!, environment: { ...settings!.apps.shop!.environment, ...secrets } };
  const outputs = await deploy("shop", marked as never, components);
  await Promise.all(Object.values(outputs).map(({ state }) => value(state)));
  return outputs;
}
const one = (type: string, name?: string) =>
  made.find((each) => each.type === `host:index:${type}` && (name === undefined || each.name === name))!;

beforeEach(() => {
  made.length = 0;
  asked.length = 0;
  answer = {};
  software = {};
});

describe("an app on a host", () => {
  it("is made of these resources, and no others", async () => {
    await run();
    expect(
      made
        .filter(({ type }) => type.startsWith("host:"))
        .map(({ type, name }) => `${type.slice(11)} ${name}`)
        .sort(),
    ).toEqual([
      "File shop-web1-alias",
      "File shop-web1-conf",
      "GitCheckout shop-web1-git",
      "Packages web1-packages",
      "Release shop-web1-release",
      "User shop-web1-user",
      "Venv shop-web1-venv",
    ]);
    expect(
      made
        .map(({ type }) => type)
        .filter((type) => !type.startsWith("host:"))
        .sort(),
    ).toEqual(
      ["AppCheckout", "Host", "ProfileAlias", "Service", "SupervisorConf", "Venv", "WebApp"].map(
        (name) => `supervised:index:${name}`,
      ),
    );
  });

  it("releases what was prepared", async () => {
    const { web1 } = await run();
    const { inputs } = one("Release");
    expect(inputs).toMatchObject({
      app: "shop",
      path: "/opt/shop",
      commit: source.commit,
      venv: "/var/lib/supervised/shop/venvs/0123456789abcdef",
      confPath: "/etc/supervisor/conf.d/shop.conf",
      start: true,
      health: { url: "http://127.0.0.1:8000/health", status: 200, timeout: 30 },
    });
    expect(inputs.conf).toBe(one("File", "shop-web1-conf").inputs.content);
    expect(inputs.conf).toContain("command=/opt/shop/venv/bin/litestar");
    expect(web1!.url).toBe("http://192.0.2.1:8000/");
    expect(await value(web1!.confPath)).toBe("/etc/supervisor/conf.d/shop.conf");
  });

  it("stages the conf where only root reads it, and has supervisord's parser prove it", async () => {
    await run();
    expect(one("File", "shop-web1-conf").inputs).toMatchObject({
      path: "/var/lib/supervised/shop/next/service.conf",
      mode: "0600",
      directoryMode: "0700",
      provenInsteadOf: "/etc/supervisor/conf.d/shop.conf",
    });
  });

  it("resolves its ref once for all hosts, by a question without secrets", async () => {
    await run({}, ["web1", "web2"]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      repository: app.repository,
      ref: "master",
      path: "/opt/shop",
      dependencies: { files: ["requirements.txt"], python: "python3", extras: [], groups: [], managedPython: false },
    });
    const commits = made.filter(({ type }) => type === "host:index:Release").map(({ inputs }) => inputs.commit);
    expect(commits).toEqual([source.commit, source.commit]);
  });

  it("is switched over after all hosts are prepared and all batches before it, named by one resource each", async () => {
    await run({ rollout: { canary: 1, batch: 2 } }, ["web1", "web2", "web3", "web4"]);
    const hosts = ["web1", "web2", "web3", "web4"];
    const prepared = (host: string) => ["alias", "conf", "git", "venv"].map((what) => `shop-${host}-${what}`);
    const named = (name: string) => dependencies.get(name);
    expect(named("shop-batch-1")).toEqual(hosts.flatMap(prepared).sort());
    expect(named("shop-batch-2")).toEqual(["shop-batch-1", "shop-web1-release"]);
    expect(named("shop-batch-3")).toEqual(["shop-batch-2", "shop-web2-release", "shop-web3-release"]);
    for (const [host, batch] of [
      ["web1", 1],
      ["web3", 2],
      ["web4", 3],
    ] as const)
      expect(named(`shop-${host}-release`)).toEqual(
        [`shop-batch-${batch}`, ...prepared(host), `${host}-packages`].sort(),
      );
  });

  it("has secrets apart from the text that holds them", async () => {
    await run({ environment: { MODE: "fast" } }, ["web1"], { KEY: 'say "x" now' });
    const { conf, confSecrets } = one("Release").inputs as { conf: string; confSecrets: Record<string, unknown> };
    expect(conf).toContain(
      'environment=HOME="/var/lib/supervised/shop/home",KEY=${secret:environment.KEY},LOGNAME="shop",MODE="fast",USER="shop"',
    );
    expect(JSON.stringify(confSecrets)).toContain(`'say \\"x\\" now'`);
    expect(conf).not.toContain("say");
  });

  it("that is to stay stopped does not start at a boot", async () => {
    await run({ start: false });
    expect(one("Release").inputs).toMatchObject({ start: false, conf: expect.stringContaining("autostart=false") });
  });

  it("goes where the host's supervisord takes it from, and its command asks that one", async () => {
    software = {
      confDirectory: "/etc/supervisord.d",
      confSuffix: ".ini",
      supervisorctl: "/opt/supervisor/bin/supervisorctl -c '/srv/s d.conf'",
    };
    await run();
    expect(one("Release").inputs).toMatchObject({
      confPath: "/etc/supervisord.d/shop.ini",
      command: expect.stringContaining("as_root /opt/supervisor/bin/supervisorctl -c '/srv/s d.conf' start"),
    });
  });

  it("that is protected is so with all that a destroy would take, and may still lose its alias", async () => {
    await run({ protect: true });
    const protectedOnes = () => [...isProtected].filter(([, is]) => is).map(([name]) => name);
    expect(protectedOnes()).toEqual(
      expect.arrayContaining([
        "WebApp shop-web1",
        "Release shop-web1-release",
        "GitCheckout shop-web1-git",
        "Venv shop-web1-venv",
        "User shop-web1-user",
        "File shop-web1-conf",
      ]),
    );
    expect(isProtected.get("File shop-web1-alias")).toBe(false);
    expect(isProtected.get("Packages web1-packages")).toBe(false);
    await run();
    expect(protectedOnes()).toEqual([]);
  });

  it.each<[string, object, object, string | undefined]>([
    ["as the settings say", { url: "https://shop.example.org" }, {}, "https://shop.example.org"],
    ["the health check's port at its address", {}, {}, "http://192.0.2.1:8000/"],
    ["of a name", {}, { host: "web1.example.org" }, "http://web1.example.org:8000/"],
    ["of IPv6", {}, { host: "2001:db8::1" }, "http://[2001:db8::1]:8000/"],
    ["not told of an alias of ssh_config", {}, { host: "web" }, undefined],
    ["not told of what is behind a proxy", {}, { proxy: { host: "192.0.2.9" } }, undefined],
    ["not told without a health check", { health: undefined }, {}, undefined],
  ])("has a URL: %s", async (_, change, address, url) => {
    const { web1 } = await run(change, ["web1"], {}, address);
    expect(web1!.url).toBe(url);
  });

  it("without an alias has neither alias nor command", async () => {
    await run({ alias: false });
    expect(one("File", "shop-web1-alias")).toBeUndefined();
    expect(one("Release").inputs).not.toHaveProperty("alias");
    expect(one("Release").inputs).not.toHaveProperty("command");
  });

  it.each<[string, Partial<ResolveOutputs>, string]>([
    ["is not there", {}, "apps.shop.conf: server/service.conf is not in commit bbbbbbb"],
    [
      "would harm the host",
      { conf: "[program:shop]\ncommand=x\nuser=shop\n[inet_http_server]\nport=1\n" },
      "apps.shop.conf: server/service.conf of commit bbbbbbb can't be used:\n  line 4: [inet_http_server] is not this app's: only [program:shop] may be here",
    ],
  ])("whose own conf %s is not made at all", async (_, found, message) => {
    answer = found;
    await expect(run({ program: undefined, conf: "server/service.conf" })).rejects.toThrow(message);
    expect(one("Release")).toBeUndefined();
  });

  it("takes conf and alias from its repository where the settings say so", async () => {
    answer = { conf: "[program:shop]\ncommand=x\nuser=shop\n", alias: "# mine\n" };
    await run({ program: undefined, conf: "server/service.conf", alias: "server/alias.sh" });
    expect(asked[0]).toMatchObject({ conf: "server/service.conf", alias: "server/alias.sh" });
    expect(one("Release").inputs).toMatchObject({ conf: answer.conf, alias: "# mine\n" });
  });

  it("of a private repository tells everybody who fetches how to get in", async () => {
    const { privateKey: deployKey } = openSshPair();
    const change = { repository: "git@e.org:team/shop.git", deployKey, repositoryHostKey: "ssh-ed25519 AAAA" };
    await run({ ...change, submodules: true, lfs: true }, ["web1", "web2"]);
    const access = { deployKey, repositoryHostKey: "ssh-ed25519 AAAA" };
    expect(asked[0]).toMatchObject({ access });
    for (const name of ["shop-web1-git", "shop-web2-git"])
      expect(one("GitCheckout", name).inputs).toMatchObject({ access, submodules: true, lfs: true });
    expect(one("Release").inputs).toMatchObject({ update: { access, submodules: true, lfs: true } });
  });

  it("of a public one has nothing of that in its state", async () => {
    await run();
    const inputs = one("GitCheckout").inputs;
    for (const name of ["access", "submodules", "lfs", "subdirectory"]) expect(inputs[name]).toBeUndefined();
  });

  it("in a subdirectory has everything below it", async () => {
    await run({ subdirectory: "services/api", dependencies: { files: ["requirements.txt"] } });
    const dependencies = { files: ["services/api/requirements.txt"] };
    expect(asked[0]).toMatchObject({ subdirectory: "services/api", dependencies });
    expect(one("Venv").inputs).toMatchObject({ link: "/opt/shop/services/api/venv" });
    const { conf, path, update } = one("Release").inputs;
    expect(conf).toContain("command=/opt/shop/services/api/venv/bin/litestar");
    expect(conf).toContain("directory=/opt/shop/services/api/src");
    expect(path).toBe("/opt/shop");
    expect(update).toMatchObject({ subdirectory: "services/api" });
  });

  it("with its environment in a file has only its account in the conf", async () => {
    const program = { ...app.program, user: "worker" };
    await run({ environmentFile: true, environment: { MODE: "fast" }, program }, ["web1"], { KEY: "it's" });
    const { conf, confSecrets, environmentFile, environmentSecrets, environmentOwner } = one("Release").inputs;
    expect(conf).toContain('environment=LOGNAME="worker",USER="worker"\n');
    expect(conf).toContain(`exec "$@"' /var/lib/supervised/shop/environment /opt/shop/venv/bin/litestar`);
    expect(confSecrets).toEqual({});
    expect(environmentFile).toContain("KEY=${secret:environment.KEY}\nMODE='fast'\n");
    expect(JSON.stringify(environmentSecrets)).toContain(JSON.stringify(`"it's"`));
    expect(environmentOwner).toBe("worker");
  });

  it("that shares files says where, whose and which", async () => {
    await run({ shared: { directories: ["uploads"], files: [".env", { path: "db", required: false }] } });
    expect(one("Release").inputs.shared).toEqual({
      path: "/var/lib/supervised/shop/shared",
      user: "shop",
      directories: ["uploads"],
      files: [".env", "db"],
      required: [".env"],
      delete: false,
    });
  });
});

describe("hooks by @pulumi/command", () => {
  const hook = (name: string, more: object = {}) => ({ name, command: `make ${name}`, ...more });
  const commands = (kind: string) => made.filter(({ type }) => type === `command:${kind}:Command`);
  /** They come after the releases, which is what a run waits for. */
  const remote = async (...names: string[]) => {
    await expect.poll(() => commands("remote").map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(commands("remote")).toHaveLength(names.length);
    return commands("remote").map(({ inputs }) => inputs as Record<string, never>);
  };

  it("are not there where none is asked for", async () => {
    await run();
    expect(made.filter(({ type }) => type.startsWith("command:"))).toEqual([]);
  });

  it("run on this machine before anything is fetched, one after the other and once per commit", async () => {
    await run({ hooks: { local: [hook("test"), hook("build assets")] } });
    expect(commands("local").map(({ name, inputs }) => [name, inputs.triggers, inputs.environment])).toEqual(
      ["shop-local-test", "shop-local-build-assets"].map((name) => [
        name,
        [source.commit],
        { SUPERVISED_APP: "shop", SUPERVISED_COMMIT: source.commit },
      ]),
    );
    expect(commands("local")[0]!.inputs.create).toContain("'make test'");
    expect(dependencies.get("shop-local-build-assets")).toEqual(["shop-local-test"]);
    for (const name of ["shop-web1-git", "shop-web1-venv"])
      expect(dependencies.get(name)).toEqual(expect.arrayContaining(["shop-local-test", "shop-local-build-assets"]));
  });

  it("run on each host after its update, or on the first after all of them", async () => {
    const afterUpdate = [hook("clean"), hook("docs", { on: "first" })];
    await run({ hooks: { afterUpdate } }, ["web1", "web2"]);
    await remote("shop-web1-after-clean", "shop-web1-after-docs", "shop-web2-after-clean");
    expect(dependencies.get("shop-web2-after-clean")).toContain("shop-web2-release");
    expect(dependencies.get("shop-web2-after-clean")).not.toContain("shop-web1-release");
    expect(dependencies.get("shop-web1-after-docs")).toEqual(
      expect.arrayContaining(["shop-web1-release", "shop-web2-release"]),
    );
  });

  it("reach a host by the key that is trusted, and have its secrets where no message shows them", async () => {
    await run({ hooks: { afterUpdate: [hook("warm", { timeout: 9 })] } }, ["web1"], { KEY: "it's" });
    const [{ connection, create, stdin, triggers } = {}] = await remote("shop-web1-after-warm");
    expect((connection as unknown as { value: object }).value).toMatchObject({
      host: "192.0.2.1",
      port: 22,
      user: "root",
      hostKey: host.hostKey,
    });
    expect(create).toContain("timeout -k 10 9 runuser -u shop");
    expect(create).not.toContain("it's");
    expect(JSON.stringify(stdin)).toContain(`export KEY='it'\\"'\\"'s'\\n`);
    expect(JSON.stringify(stdin)).toContain(`export SUPERVISED_COMMIT='${source.commit}'\\n`);
    expect(triggers).toEqual([source.commit]);
  });

  it("become root with a password that is sent alone", async () => {
    const address = { user: "deploy", become: "sudo", becomePassword: "geheim" };
    await run({ hooks: { afterUpdate: [hook("clean")] } }, ["web1"], {}, address);
    const [{ create, stdin } = {}] = await remote("shop-web1-after-clean");
    expect(create).toMatch(/^exec sudo -S -p '' -H -- sh -c /);
    expect(create).not.toContain("geheim");
    expect(JSON.stringify(stdin)).toMatch(/"geheim\\nexport /);
  });
});
