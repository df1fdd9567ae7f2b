import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { sandbox } from "./places";
import { type Repository, tinyApp, tinyServer } from "./repository";
import { answerOf, type Config, connectionTo, on, type Ran, Stack, tiny, writes } from "./stack";

// Several runs in a row over two hosts.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

/** Two apps on a group of two hosts, which say in their defaults what they have in common. */
const stack = new Stack("fleetsettings");
const ports = { gooda: 8131, goodb: 8132 };
const secret = "s3cret of all";
let repositories: Record<"gooda" | "goodb", Repository>;

const app = (name: "gooda" | "goodb", more: Config = {}): Config => {
  const { hosts: _, ...own } = tiny(repositories[name].url, ports[name], more);
  return own;
};

async function configure(more: { gooda?: Config; defaults?: Config } = {}): Promise<void> {
  const at = (number: number) => {
    const { privateKeyFile, knownHosts, sshConfig, ...own } = connectionTo(sandbox.host(number));
    return own;
  };
  const { privateKeyFile, knownHosts, sshConfig } = connectionTo(sandbox.host(1));
  stack.write({
    hosts: { web1: at(1), web2: at(2) },
    groups: { web: ["web2", "web1"] },
    defaults: {
      host: { privateKeyFile, knownHosts, sshConfig },
      app: { hosts: ["web"], rollout: { canary: 1 }, environment: { SHARED: "for all" }, ...more.defaults },
    },
    apps: { gooda: app("gooda", more.gooda), goodb: app("goodb") },
  });
  await stack.pulumi("config", "set", "--secret", "--path", "supervised:defaults.app.environment.TOKEN", "--", secret);
}

const activated = ({ trace }: Ran, name: string) =>
  trace
    .filter(({ command }) => command.startsWith("activate") && command.includes(name))
    .map(({ host }) => host.slice(0, 4));

const environmentOf = (host: number, name: string) =>
  on(
    host,
    `runuser -u ${name} -- cat /proc/$(supervisorctl pid ${name})/environ | tr '\\0' '\\n' | grep -E '^(SHARED|TOKEN)=' | sort`,
  );

beforeAll(async () => {
  repositories = { gooda: tinyApp("gooda"), goodb: tinyApp("goodb") };
  await configure();
});
afterAll(async () => {
  await stack.pulumi("state", "unprotect", "--all", "--yes");
  const destroy = await stack.destroy();
  expect(destroy.exitCode, destroy.text).toBe(0);
});

describe("a fleet in the settings", () => {
  it("is deployed as the group and the defaults say, and a secret of the defaults stays one", async () => {
    expect((await stack.preview()).text).not.toContain(secret);
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    for (const host of [1, 2])
      for (const name of ["gooda", "goodb"])
        expect(await environmentOf(host, name)).toBe(`SHARED=for all\nTOKEN=${secret}`);
    expect(up.text + JSON.stringify(up.trace) + stack.state()).not.toContain(secret);
  });

  it("is the same where its apps share by anchors and merge keys, a secret among them", async () => {
    const { config, ...rest } = stack.written();
    const { app: shared, ...defaults } = config["supervised:defaults"];
    const { gooda, goodb } = config["supervised:apps"];
    const line = (name: string, value: unknown) => `  ${name}: ${JSON.stringify(value)}\n`;
    const text = [
      ...["hosts", "groups"].map((name) => line(`supervised:${name}`, config[`supervised:${name}`])),
      line("supervised:defaults", defaults),
      `  supervised:apps:\n    gooda: &all ${JSON.stringify({ ...shared, ...gooda })}\n`,
      `    goodb: {<<: *all , ${JSON.stringify(goodb).slice(1)}\n`,
    ];
    expect(text.join("")).toContain("secure");
    stack.writeText(`config:\n${text.join("")}${stringify(rest)}`);
    const preview = await stack.preview();
    expect(preview.exitCode, preview.text).toBe(0);
    expect(preview.text).not.toMatch(/to (create|update|replace|delete)|s3cret/);
    await configure();
  });

  it("is updated in the order of the group, and another app goes on with --continue-on-error", async () => {
    repositories.gooda.push({ "src/app.py": "raise SystemExit('no')\n" }, "Crash");
    repositories.goodb.push({ "src/app.py": tinyServer("two") }, "Two");
    expect((await stack.preview()).text).toContain("first web2, then web1");
    const up = await stack.up("--continue-on-error");
    expect(up.exitCode).not.toBe(0);
    expect(activated(up, "gooda")).toEqual(["web2"]);
    expect(activated(up, "goodb")).toEqual(["web2", "web1"]);
    for (const host of [1, 2]) {
      expect(await answerOf(host, ports.gooda)).toContain("one");
      expect(await answerOf(host, ports.goodb)).toContain("two");
    }
    // The app that failed is as it was, the next run of the mended one needs nothing else.
    repositories.gooda.push({ "src/app.py": tinyServer("three") }, "Mended");
    const next = await stack.up();
    expect(next.exitCode, next.text).toBe(0);
    for (const host of [1, 2]) expect(await answerOf(host, ports.gooda)).toContain("three");
  });

  it("tells a wrong default once, where it was written, and touches nothing", async () => {
    await configure({ defaults: { waitForLock: "long" } });
    const preview = await stack.preview();
    expect(preview.exitCode).not.toBe(0);
    expect(preview.text).toMatch(
      /Pulumi\.test\.yaml has a problem:\n +defaults\.app\.waitForLock: should be a number of seconds \(got "long"\)\n/,
    );
    expect(preview.trace.filter(({ kind }) => kind === "run")).toEqual([]);
    await configure();
  });

  it("does not lose an app that is protected, until it is no more", async () => {
    await configure({ gooda: { protect: true } });
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    const destroy = await stack.pulumi("destroy", "--yes");
    expect(destroy.exitCode).not.toBe(0);
    expect(destroy.text).toMatch(/gooda-web[12]-release" cannot be deleted\s+because it is protected/);
    expect(destroy.text).toContain("pulumi state unprotect");
    expect(writes(destroy)).toEqual([]);

    // Without its preview others are removed, and all of it stays.
    const blind = await stack.destroy();
    expect(blind.exitCode).not.toBe(0);
    for (const host of [1, 2]) {
      expect(await answerOf(host, ports.gooda)).toMatch(/three/);
      expect(await on(host, "supervisorctl status goodb")).toContain("no such process");
    }

    await configure({ gooda: { protect: false } });
    const freed = await stack.up();
    expect(freed.exitCode, freed.text).toBe(0);
    expect(activated(freed, "gooda")).toEqual([]);
  });
});
