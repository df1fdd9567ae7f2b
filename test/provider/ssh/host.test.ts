import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { command, type Fact, Secret, script } from "../../../provider/commands/shell";
import type { Connection } from "../../../provider/connection";
import { Pool } from "../../../provider/ssh/pool";
import { openSshPair } from "../../../sandbox/keys";
import { startServer, type TestServer } from "./server";

let server: TestServer;
let pool: Pool;
beforeEach(async () => {
  server = await startServer({ slow: 30 });
  pool = new Pool();
});
afterEach(async () => {
  await pool.close();
  await server.close();
});

const connection = (more: Partial<Connection> = {}): Connection => ({
  name: "web1",
  host: "127.0.0.1",
  port: server.port,
  hostKey: server.hostKey,
  privateKey: server.privateKey,
  sshConfig: false,
  ...more,
});
const host = (more: Partial<Connection> = {}) => pool.host(connection(more));
const echo = (text: string): Fact<string> => ({
  command: command("printf", "%s", text),
  parse: ({ stdout }) => stdout,
});

describe("running a command", () => {
  it.each([
    ["quotes and spaces", `it's "a  b" $HOME \\ \n end`],
    ["unicode", "żółć ☃ 𝒳"],
    ["nothing", ""],
  ])("words with %s arrive as they are", async (_, text) => {
    expect((await host().run(command("printf", "%s", text))).stdout).toBe(text);
  });

  it("gives standard input byte for byte, and nothing of it to the process list", async () => {
    const secret = `hunter2 '"\\ \n%s\0x`;
    const { stdout } = await host().run({ words: ["od", "-An", "-tx1", "-v"], stdin: new Secret(secret) });
    expect(Buffer.from(stdout.replace(/\s/g, ""), "hex").toString()).toBe(secret);
    expect(server.seen.execs.join()).not.toContain("hunter2");
    expect(server.seen.execs.join()).not.toContain("od");
  });

  it("brings a megabyte of output whole", async () => {
    const { stdout } = await host().run(script("head -c 1048576 /dev/zero | tr '\\0' x"));
    expect(stdout).toHaveLength(1 << 20);
  });

  it("hands lines on as they come, progress too", async () => {
    const lines: string[] = [];
    await host().run(script("printf 'a\\rb\\nc'"), { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(["a", "b", "c"]);
  });

  it.each<[string, ReturnType<typeof script>, RegExp]>([
    ["a failure", script("echo out; echo err >&2; exit 3"), /^web1 \(127\.0\.0\.1\): .*: exit code 3\nerr\nout$/s],
    [
      "a name of its own",
      { ...command("false"), what: "prove the conf" },
      /^web1 \(127\.0\.0\.1\): prove the conf: exit code 1$/,
    ],
    ["a signal", script("kill -KILL $$"), /ended by KILL|exit code 137/],
    ["no such program", command("no-such-program"), /exit code 127/],
    ["a directory that is not there", { ...command("pwd"), cwd: "/no/where" }, /exit code [12]/],
    ["too long", { ...command("sleep", "9"), timeout: 0.3 }, /took too long and was ended/],
  ])("tells %s with host, cause and output", async (_, failing, message) => {
    await expect(host().run(failing)).rejects.toThrow(message);
  });

  it("accepts the exit codes that are answers", async () => {
    expect((await host().run({ ...command("false"), ok: [0, 1] })).exitCode).toBe(1);
  });

  it("is ended when the user cancels, and leaves no process behind", async () => {
    const directory = mkdtempSync(join(tmpdir(), "cancel-"));
    const abort = new AbortController();
    const running = host().run(script('sleep 2; touch "$1/late"', directory), { signal: abort.signal });
    setTimeout(() => abort.abort(), 300);
    await expect(running).rejects.toThrow("was cancelled");
    await new Promise((resolve) => setTimeout(resolve, 2200));
    expect(existsSync(join(directory, "late"))).toBe(false);
    rmSync(directory, { recursive: true });
  });
});

describe("reading facts", () => {
  it("that are asked for in the same moment takes one program", async () => {
    const texts = ["a", "b\nc", "", "it's", "x".repeat(100_000)];
    expect(await Promise.all(texts.map((text) => host().read(echo(text))))).toEqual(texts);
    expect(pool.report()).toEqual(["web1 (127.0.0.1): 1 connection, 1 program, at most 1 at once"]);
    expect(server.seen.connections).toBe(1);
  });

  it("that are asked for while one connects go in one program too", async () => {
    const reading = [host().read(echo("a"))];
    await new Promise((resolve) => setTimeout(resolve, 20));
    reading.push(host().read(echo("b")));
    expect(server.seen.execs).toEqual([]);
    expect(await Promise.all(reading)).toEqual(["a", "b"]);
    expect(pool.report()).toEqual(["web1 (127.0.0.1): 1 connection, 1 program, at most 1 at once"]);
  });

  it("all fail where no connection comes about, and each is told", async () => {
    const gone = host({ port: 1 });
    const reading = [gone.read(echo("a"))];
    await new Promise((resolve) => setTimeout(resolve, 20));
    reading.push(gone.read(echo("b")));
    for (const one of await Promise.allSettled(reading)) expect(one).toMatchObject({ status: "rejected" });
  });

  it("one failure is one fact's own", async () => {
    const [good, bad] = await Promise.allSettled([
      host().read(echo("fine")),
      host().read({ command: script("echo why >&2; exit 4"), parse: () => "" }),
    ]);
    expect(good).toMatchObject({ status: "fulfilled", value: "fine" });
    expect(bad).toMatchObject({ status: "rejected", reason: { message: expect.stringContaining("exit code 4\nwhy") } });
  });
});

describe("the connection", () => {
  it("is one for all, with at most 8 sessions at once", async () => {
    await Promise.all(Array.from({ length: 20 }, () => host().run(command("sleep", "0.1"))));
    expect(server.seen.connections).toBe(1);
    expect(server.seen.sessions).toBeLessThanOrEqual(8);
    expect(server.seen.sessions).toBeGreaterThan(1);
  });

  it("holds no packet back for the answer to the one before", async () => {
    const set = vi.spyOn(Socket.prototype, "setNoDelay");
    await host().run(command("true"));
    expect(set).toHaveBeenCalledWith(true);
    set.mockRestore();
  });

  it("that is cut fails what runs, and is made anew for what comes", async () => {
    const running = host().run(command("sleep", "5"));
    void vi.waitUntil(() => server.seen.execs.length > 0, { timeout: 5000 }).then(() => server.cut());
    await expect(running).rejects.toThrow("the connection was lost; it may have run");
    expect((await host().run(command("echo", "again"))).stdout).toBe("again\n");
    expect(server.seen.connections).toBe(2);
  });

  it("to a host with another key is given up before anything is sent", async () => {
    const other = openSshPair().publicKey;
    await expect(host({ hostKey: other }).run(command("true"))).rejects.toThrow(
      /web1 \(127\.0\.0\.1\): can't connect: it shows the host key SHA256:\S+, which is not trusted\n {2}Expected \(hostKey\): SHA256:/,
    );
    expect(server.seen.tried).toEqual([]);
    expect(server.seen.execs).toEqual([]);
  });

  it.each<[string, Partial<Connection>, RegExp]>([
    ["a closed port", { port: 1 }, /127\.0\.0\.1:1 refused the connection/],
    ["an unknown name", { host: "no-such-host.invalid" }, /the name no-such-host\.invalid is not known/],
    [
      "another user's key",
      { privateKey: openSshPair().privateKey },
      /does not accept the key of privateKey for user root/,
    ],
    ["a wrong password", { privateKey: undefined, password: "wrong" }, /does not accept the password for user root/],
    [
      "no trust",
      { hostKey: undefined, knownHosts: "/dev/null" },
      /\/dev\/null has no key for \[127\.0\.0\.1\]:\d+, and nothing is trusted silently\n.*npm run hosts -- trust/,
    ],
    [
      "a key file that is not there",
      { privateKey: undefined, privateKeyFile: "/no/key" },
      /privateKeyFile can't be read/,
    ],
    ["a key that is none", { privateKey: "nonsense" }, /privateKey is no usable private key/],
    ["no agent", { privateKey: undefined, agentSocketPath: "/no/agent" }, /there is no SSH agent at \/no\/agent/],
  ])("tells %s", async (_, change, message) => {
    await expect(host(change).run(command("true"))).rejects.toThrow(message);
  });

  it("goes through a proxy, whose key is verified too", async () => {
    const proxy = await startServer();
    const through = {
      ...connection(),
      name: "bastion",
      port: proxy.port,
      hostKey: proxy.hostKey,
      privateKey: proxy.privateKey,
    };
    expect((await host({ proxy: through }).run(command("echo", "far"))).stdout).toBe("far\n");
    expect(proxy.seen.connections).toBe(1);
    const wrong = host({ proxy: { ...through, hostKey: openSshPair().publicKey } });
    await expect(wrong.run(command("true"))).rejects.toThrow(/bastion.*is not trusted/s);
    await pool.close();
    await proxy.close();
  });
});
