import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { command } from "../../../provider/commands/shell";
import type { Connection } from "../../../provider/connection";
import { Pool } from "../../../provider/ssh/pool";
import { openSshPair } from "../../../sandbox/keys";
import { type ServerOptions, startServer, type TestServer } from "./server";

let directory: string;
let server: TestServer;
let agent: ChildProcess | undefined;
const pool = new Pool();
const before = process.env.SSH_AUTH_SOCK;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "login-"));
  delete process.env.SSH_AUTH_SOCK;
});
afterEach(async () => {
  await pool.close();
  await server.close();
  agent?.kill();
  agent = undefined;
  if (before === undefined) delete process.env.SSH_AUTH_SOCK;
  else process.env.SSH_AUTH_SOCK = before;
  rmSync(directory, { recursive: true });
});

const keyFile = (name: string, key: string, passphrase?: string): string => {
  const file = join(directory, name);
  writeFileSync(file, key, { mode: 0o600 });
  if (passphrase !== undefined) execFileSync("ssh-keygen", ["-q", "-p", "-N", passphrase, "-P", "", "-f", file]);
  return file;
};
/** A real agent that holds the server's key. */
async function startAgent(key = server.privateKey): Promise<string> {
  const socket = join(directory, "agent");
  agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  await vi.waitFor(() => expect(existsSync(socket)).toBe(true));
  execFileSync("ssh-add", ["-q", keyFile("held", key)], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return socket;
}
const login = async (more: Partial<Connection>) => {
  const { port, hostKey } = server;
  const ran = await pool
    .host({ host: "127.0.0.1", port, hostKey, sshConfig: false, ...more })
    .run(command("echo", "in"));
  return ran.stdout;
};
const start = async (options: ServerOptions = {}) => {
  server = await startServer(options);
};
const sshConfig = (text: string): string => keyFile("config", text);

describe("who has", () => {
  it("a key in a file gets in", async () => {
    await start();
    expect(await login({ privateKeyFile: keyFile("key", server.privateKey) })).toBe("in\n");
  });

  it("an encrypted key gets in by its passphrase alone", async () => {
    await start();
    const privateKeyFile = keyFile("key", server.privateKey, "open sesame");
    expect(await login({ privateKeyFile, privateKeyPassword: "open sesame" })).toBe("in\n");
    expect(await login({ privateKey: readFileSync(privateKeyFile, "utf8"), privateKeyPassword: "open sesame" })).toBe(
      "in\n",
    );
    await expect(login({ privateKeyFile })).rejects.toThrow(`${privateKeyFile} is encrypted: set privateKeyPassword`);
    const wrong = login({ privateKeyFile, privateKeyPassword: "hunter2" });
    await expect(wrong).rejects.toThrow(/or its password is wrong/);
    await expect(wrong).rejects.not.toThrow(/hunter2/);
  });

  it("an agent gets in, by the settings or by SSH_AUTH_SOCK", async () => {
    await start();
    const agentSocketPath = await startAgent();
    expect(await login({ agentSocketPath })).toBe("in\n");
    process.env.SSH_AUTH_SOCK = agentSocketPath;
    expect(await login({})).toBe("in\n");
    expect(server.seen.tried).not.toContain("password");
  });

  it("a password gets in, also where it is the answer to a question", async () => {
    await start({ password: "open sesame" });
    expect(await login({ password: "open sesame" })).toBe("in\n");
    await pool.close();
    await server.close();
    await start({ password: "open sesame", asks: "Password: " });
    expect(await login({ password: "open sesame" })).toBe("in\n");
  });

  it("a wrong password tries it once", async () => {
    // Where a question would be another try, on the way to a locked account.
    await start({ password: "open sesame", offers: ["password", "keyboard-interactive"] });
    await expect(login({ password: "hunter2" })).rejects.toThrow("does not accept the password for user root");
    expect(server.seen.tried).toEqual(["password"]);
  });

  it("a password gives it to no other question", async () => {
    await start({ password: "open sesame", asks: "Verification code: " });
    await expect(login({ password: "open sesame" })).rejects.toThrow("does not accept the password");
  });

  it("a key and a password gets in where both are needed", async () => {
    await start({ password: "open sesame", both: true });
    expect(await login({ privateKey: server.privateKey, password: "open sesame" })).toBe("in\n");
    await pool.close();
    await expect(login({ privateKey: server.privateKey })).rejects.toThrow("does not accept the key of privateKey");
  });
});

describe("who has nothing in the settings", () => {
  it("gets in by a key file of ssh_config, after others that don't fit", async () => {
    await start();
    const files = [
      keyFile("other", openSshPair().privateKey),
      join(directory, "gone"),
      keyFile("key", server.privateKey),
    ];
    const config = sshConfig(files.map((file) => `IdentityFile ${file}\n`).join(""));
    expect(await login({ sshConfig: config })).toBe("in\n");
  });

  it("gets in by an encrypted one with privateKeyPassword, or else by the agent", async () => {
    await start();
    const config = sshConfig(`IdentityFile ${keyFile("key", server.privateKey, "open sesame")}\n`);
    expect(await login({ sshConfig: config, privateKeyPassword: "open sesame" })).toBe("in\n");
    await pool.close();
    process.env.SSH_AUTH_SOCK = await startAgent();
    expect(await login({ sshConfig: config })).toBe("in\n");
  });

  it("gets in by the next way where the agent is dead", async () => {
    await start();
    const socket = await startAgent();
    agent?.kill("SIGKILL");
    const config = sshConfig(`IdentityAgent ${socket}\nIdentityFile ${keyFile("key", server.privateKey)}\n`);
    expect(await login({ sshConfig: config })).toBe("in\n");
  });

  it("is told all that was tried", async () => {
    await start();
    const other = keyFile("other", openSshPair().privateKey);
    const config = sshConfig(`IdentityAgent ${await startAgent(openSshPair().privateKey)}\nIdentityFile ${other}\n`);
    await expect(login({ sshConfig: config })).rejects.toThrow(
      `does not accept the key ${other}, any key of the SSH agent for user root`,
    );
  });

  it("is told where a key was looked for", async () => {
    await start();
    const config = sshConfig(`IdentityAgent none\nIdentityFile ${directory}/gone\n`);
    await expect(login({ sshConfig: config })).rejects.toThrow(`no key to use in ${directory}/gone`);
  });
});

it("an alias of ssh_config leads through its ProxyJump, by its known_hosts", async () => {
  await start();
  const bastion = await startServer();
  const known = join(directory, "known");
  const lines = [server, bastion].map(({ port, hostKey }) => `[127.0.0.1]:${port} ${hostKey}\n`);
  writeFileSync(known, lines.join(""));
  execFileSync("ssh-keygen", ["-q", "-H", "-f", known], { stdio: "ignore" });
  const config = sshConfig(`UserKnownHostsFile ${known}
Host web
  HostName 127.0.0.1
  Port ${server.port}
  User root
  ProxyJump ann@jump
  IdentityFile ${keyFile("web", server.privateKey)}
Host jump
  HostName 127.0.0.1
  Port ${bastion.port}
  IdentityFile ${keyFile("jump", bastion.privateKey)}
`);
  const way = { host: "web", port: undefined, hostKey: undefined, sshConfig: config };
  try {
    expect(await login(way)).toBe("in\n");
    expect(bastion.seen.connections).toBe(1);
    await pool.close();
    // Without its line the bastion is refused, and nothing is sent to it.
    writeFileSync(known, lines[0]!);
    bastion.seen.tried.length = 0;
    await expect(login(way)).rejects.toThrow(
      /jump: can't connect: .*has no key for \[127\.0\.0\.1\]:\d+, and nothing is trusted/,
    );
    expect(bastion.seen.tried).toEqual([]);
  } finally {
    await pool.close();
    await bastion.close();
  }
});
