import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Host } from "../../components/host";
import { deploy } from "../../components/webApp";
import type { ResolveOutputs } from "../../provider/resolve";
import { parseSettings } from "../../settings/parse";

interface Made {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
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
  files: { "requirements.txt": "litestar\n" },
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
interface Monitor {
  registerResource(
    request: { getName(): string; getType(): string; getProtect(): boolean },
    ...rest: unknown[]
  ): unknown;
}
const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
const register = monitor.registerResource.bind(monitor);
monitor.registerResource = (request, ...rest) => {
  isProtected.set(`${request.getType().replace(/^.*:/, "")} ${request.getName()}`, request.getProtect());
  return register(request, ...rest);
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
      files: ["requirements.txt"],
    });
    const commits = made.filter(({ type }) => type === "host:index:Release").map(({ inputs }) => inputs.commit);
    expect(commits).toEqual([source.commit, source.commit]);
  });

  it("has secrets apart from the text that holds them", async () => {
    await run({ environment: { MODE: "fast" } }, ["web1"], { KEY: 'say "x" now' });
    const { conf, confSecrets } = one("Release").inputs as { conf: string; confSecrets: Record<string, unknown> };
    expect(conf).toContain('environment=KEY=${secret:environment.KEY},MODE="fast"');
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
});
