import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { check } from "../../hosts/check";
import { Stack } from "../../hosts/stack";
import { trust, type Voice } from "../../hosts/trust";
import { fingerprint, keyOf } from "../../provider/ssh/knownHosts";
import { Pool } from "../../provider/ssh/pool";
import { openSshPair } from "../../sandbox/keys";
import { type ServerOptions, startServer, type TestServer } from "../provider/ssh/server";

let directory: string;
let pool: Pool;
const servers: TestServer[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "hosts-"));
  pool = new Pool();
});
afterEach(async () => {
  await pool.close();
  for (const server of servers.splice(0)) await server.close();
  rmSync(directory, { recursive: true });
});

const start = async (options: ServerOptions = {}) => {
  const server = await startServer(options);
  servers.push(server);
  return server;
};
const to = ({ port, privateKey }: TestServer, more: object = {}) => ({
  host: "127.0.0.1",
  port,
  privateKey,
  sshConfig: false,
  ...more,
});
const stack = (hosts: object): Stack => {
  writeFileSync(
    join(directory, "Pulumi.test.yaml"),
    `# a comment\n${stringify({ config: { "supervised:hosts": hosts } }, { lineWidth: 0 })}`,
  );
  return new Stack(directory, "test");
};
const text = () => readFileSync(join(directory, "Pulumi.test.yaml"), "utf8");
const print = (hostKey: string) => fingerprint(keyOf(hostKey)!.blob);
/** Says yes so many times, and keeps what was told. */
const voice = (yes = 9): Voice & { lines: string[] } => {
  const lines: string[] = [];
  return {
    lines,
    say: (line) => lines.push(line),
    ask: async (question) => {
      lines.push(question);
      return yes-- > 0;
    },
  };
};

describe("trust", () => {
  it("shows every key of a host, and writes the best one", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" });
    const pair = openSshPair();
    const server = await start({ hostKeys: [String(rsa), pair.privateKey] });
    const said = voice();
    expect(await trust(stack({ web1: to(server) }), pool, "web1", said)).toBe(true);
    expect(said.lines.join("\n")).toMatch(/web1 shows:\n {2}ssh-ed25519 +SHA256:\S+\n {2}ssh-rsa +SHA256:/);
    expect(said.lines).toContain(`Trust ssh-ed25519 ${print(pair.publicKey)}?`);
    expect(text()).toContain(`hostKey: ${pair.publicKey.split(" ").slice(0, 2).join(" ")}\n`);
    expect(text()).toMatch(/^# a comment\n/);
    expect(server.seen.tried).toEqual([]);
    expect(await check(new Stack(directory, "test"), pool, ["web1"], () => {})).toEqual([]);
  });

  it("writes nothing where somebody says no", async () => {
    const server = await start();
    const hosts = stack({ web1: to(server) });
    const before = text();
    expect(await trust(hosts, pool, "web1", voice(0))).toBe(false);
    expect(text()).toBe(before);
  });

  it("asks for the proxies first, and shows nothing through one that is not trusted", async () => {
    const [outer, inner, target] = [await start(), await start(), await start()];
    const hosts = () => stack({ web1: to(target, { proxy: to(inner, { proxy: to(outer) }) }) });
    const said = voice();
    expect(await trust(hosts(), pool, "web1", said)).toBe(true);
    const asked = said.lines.filter((line) => line.startsWith("Trust"));
    expect(asked).toEqual([outer, inner, target].map(({ hostKey }) => `Trust ssh-ed25519 ${print(hostKey)}?`));
    expect(text().match(/hostKey:/g)).toHaveLength(3);
    expect(await trust(hosts(), new Pool(), "web1", voice(0))).toBe(false);
    expect(await check(new Stack(directory, "test"), pool, ["web1"], () => {})).toEqual(["web1"]);
  });

  it("says which keys known_hosts has, and takes its place", async () => {
    const server = await start();
    const knownHosts = join(directory, "known");
    writeFileSync(knownHosts, `[127.0.0.1]:${server.port} ${server.hostKey}\n`);
    const said = voice();
    await trust(stack({ web1: to(server, { knownHosts }) }), pool, "web1", said);
    expect(said.lines.join("\n")).toContain(`known to ${knownHosts}`);
    expect(text()).not.toContain("knownHosts");
  });

  it("writes the key of a proxy that all hosts share to the defaults, and each host's to the host", async () => {
    const [bastion, target, other] = [await start(), await start(), await start()];
    const shared = { proxy: to(bastion), privateKey: target.privateKey, sshConfig: false };
    const hosts = { web1: { host: "127.0.0.1", port: target.port }, web2: { host: "127.0.0.1", port: other.port } };
    const config = { "supervised:hosts": hosts, "supervised:defaults": { host: shared } };
    writeFileSync(join(directory, "Pulumi.test.yaml"), stringify({ config }, { lineWidth: 0 }));
    const said = voice();
    expect(await trust(new Stack(directory, "test"), pool, "web1", said)).toBe(true);
    expect(said.lines.filter((line) => line.includes("is written"))).toEqual([
      "defaults.host.proxy.hostKey is written to Pulumi.test.yaml",
      "web1.hostKey is written to Pulumi.test.yaml",
    ]);
    const written = parse(text()).config;
    expect(written["supervised:defaults"].host.proxy.hostKey).toBe(bastion.hostKey.split(" ").slice(0, 2).join(" "));
    expect(Object.keys(written["supervised:hosts"].web1)).toEqual(["host", "hostKey", "port"]);
  });

  it("offers no key that is revoked", async () => {
    const server = await start();
    const knownHosts = join(directory, "known");
    const other = openSshPair().publicKey;
    writeFileSync(knownHosts, `@revoked * ${server.hostKey}\n[127.0.0.1]:${server.port} ${other}\n`);
    const said = voice();
    await expect(trust(stack({ web1: to(server, { knownHosts }) }), pool, "web1", said)).rejects.toThrow(
      "shows no key that can be trusted",
    );
    expect(said.lines.join("\n")).toContain("REVOKED");
  });

  it("tells a key that is there, and one that is another", async () => {
    const server = await start();
    const again = voice(0);
    expect(await trust(stack({ web1: to(server, { hostKey: server.hostKey }) }), pool, "web1", again)).toBe(true);
    expect(again.lines).toContain("It is trusted already.");
    const other = openSshPair().publicKey;
    const said = voice();
    expect(await trust(stack({ web1: to(server, { hostKey: other }) }), pool, "web1", said)).toBe(true);
    expect(said.lines.join("\n")).toContain(`The settings have another key: ${print(other)}. Was the host made anew?`);
    expect(text()).toContain(server.hostKey.split(" ")[1]);
  });

  it.each<[string, object, RegExp]>([
    ["a name that is none", { web2: { host: "x" } }, /Pulumi\.test\.yaml has no host web1; it has web2/],
    ["a wrong setting of the host", { web1: { host: "x", prot: 1 } }, /hosts\.web1\.prot: is no setting/],
    [
      "a host that is not there",
      { web1: { host: "127.0.0.1", port: 1, sshConfig: false } },
      /web1 \(127\.0\.0\.1\): can't connect: 127\.0\.0\.1:1 shows no key/,
    ],
  ])("tells %s", async (_, hosts, message) => {
    await expect(trust(stack(hosts), pool, "web1", voice())).rejects.toThrow(message);
  });
});

describe("check", () => {
  it("says of each host whether it works, and why not", async () => {
    const server = await start();
    const { hostKey } = server;
    const hosts = stack({
      web1: to(server, { hostKey }),
      web2: to(server, { hostKey, privateKey: openSshPair().privateKey }),
    });
    const lines: string[] = [];
    expect(await check(hosts, pool, hosts.hosts, (line) => lines.push(line))).toEqual(["web2"]);
    expect(lines.sort()).toEqual([
      expect.stringMatching(/^web1 \(127\.0\.0\.1\): works as \w+, .*, has (no )?supervisor/),
      expect.stringContaining("web2 (127.0.0.1): can't connect"),
    ]);
  });
});

describe("npm run hosts", () => {
  const hosts = (...words: string[]) =>
    execa("tsx", [join(__dirname, "../../hosts/cli.ts"), ...words, "--stack", "test"], {
      preferLocal: true,
      localDir: join(__dirname, "../.."),
      env: { SUPERVISED_ROOT: directory },
      reject: false,
      input: "",
    });

  it("trusts where it is told --yes, and else not without a terminal; then check passes", async () => {
    const server = await start();
    stack({ web1: to(server) });
    const refused = await hosts("trust", "web1");
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: "there is no terminal to ask on: compare the fingerprint, then say --yes",
    });
    expect(text()).not.toContain("hostKey");
    expect(await hosts("check")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("npm run hosts -- trust"),
    });
    const done = await hosts("trust", "web1", "--yes");
    expect(done).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("web1.hostKey is written to Pulumi.test.yaml"),
    });
    expect(await hosts("check")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("web1 (127.0.0.1): works as"),
    });
  });
});
