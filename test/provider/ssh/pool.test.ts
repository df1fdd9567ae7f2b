import { afterEach, describe, expect, it, vi } from "vitest";
import { command, script } from "../../../provider/commands/shell";
import type { Connection } from "../../../provider/connection";
import { Pool } from "../../../provider/ssh/pool";
import { type ServerOptions, startServer, type TestServer } from "./server";

const pool = new Pool();
const servers: TestServer[] = [];
afterEach(async () => {
  await pool.close();
  for (const server of servers.splice(0)) await server.close();
});

const start = async (options: ServerOptions = {}): Promise<TestServer> => {
  const server = await startServer(options);
  servers.push(server);
  return server;
};
const to = ({ port, hostKey, privateKey }: TestServer, more: Partial<Connection> = {}): Connection => ({
  host: "127.0.0.1",
  port,
  hostKey,
  privateKey,
  sshConfig: false,
  ...more,
});
const run = (connection: Connection, ...words: string[]) => pool.host(connection).run(command(...words));

describe("sessions", () => {
  it("beyond MaxSessions wait for a free one, and each command runs once", async () => {
    const server = await start({ maxSessions: 3 });
    const host = pool.host(to(server));
    const ran = await Promise.all(
      Array.from({ length: 12 }, (_, i) => host.run(script('sleep 0.05; echo "$1"', String(i)))),
    );
    expect(ran.map(({ stdout }) => stdout.trim())).toEqual(Array.from({ length: 12 }, (_, i) => String(i)));
    expect(server.seen.refused).toBeGreaterThan(0);
    expect(server.seen.execs).toHaveLength(12);
    expect(server.seen.sessions).toBe(3);
    expect(server.seen.connections).toBe(1);
    expect(pool.report()).toEqual(["127.0.0.1: 1 connection, 12 programs, at most 3 at once"]);
    // Once known, the limit is kept.
    const refused = server.seen.refused;
    await Promise.all(Array.from({ length: 6 }, () => host.run(command("true"))));
    expect(server.seen.refused).toBe(refused);
  });

  it("of which there is none at all are told, and nothing has run", async () => {
    const server = await start({ maxSessions: 0 });
    await expect(run(to(server), "true")).rejects.toThrow(/true: the host opened no channel for it, it has not run/);
    expect(server.seen.execs).toEqual([]);
  });
});

describe("hosts behind one bastion", () => {
  it("share one connection to it, and a few connect at a time", async () => {
    const bastion = await start();
    const target = await start({ slow: 60 });
    const proxy = to(bastion);
    // One machine under twelve names: each is a host of its own behind the bastion.
    const hosts = Array.from({ length: 12 }, (_, i) => to(target, { name: `web${i}`, proxy, connectTimeout: 20 + i }));
    const ran = await Promise.all(hosts.map((connection) => run(connection, "echo", connection.name!)));
    expect(ran.map(({ stdout }) => stdout.trim())).toEqual(hosts.map(({ name }) => name));
    expect(bastion.seen.connections).toBe(1);
    expect(target.seen.connections).toBe(12);
    expect(target.seen.startups).toBeLessThanOrEqual(4);
    expect(target.seen.startups).toBeGreaterThan(1);
    expect(pool.report()).toContain("127.0.0.1: 1 connection, 12 connections through it");
    expect(pool.report().filter((line) => line.endsWith("1 connection, 1 program, at most 1 at once"))).toHaveLength(
      12,
    );
  });

  it("go through a chain of them", async () => {
    const [outer, inner, target] = [await start(), await start(), await start()];
    const chain = to(target, { proxy: to(inner, { proxy: to(outer) }) });
    expect((await run(chain, "echo", "far")).stdout).toBe("far\n");
    expect([outer, inner, target].map(({ seen }) => seen.connections)).toEqual([1, 1, 1]);
    expect([outer, inner].flatMap(({ seen }) => seen.execs)).toEqual([]);
  });

  it("are reached again when the bastion's connection was cut", async () => {
    const [bastion, target] = [await start(), await start()];
    const connection = to(target, { proxy: to(bastion) });
    await run(connection, "true");
    bastion.cut();
    await vi.waitFor(() => expect(target.seen.gone).toBe(1));
    expect((await run(connection, "echo", "again")).stdout).toBe("again\n");
    expect(bastion.seen.connections).toBe(2);
  });

  it("that can't be reached from it are told with both names", async () => {
    const bastion = await start();
    const target = await start();
    const gone = { ...to(target), port: 1, name: "web1", proxy: to(bastion) };
    await expect(run(gone, "true")).rejects.toThrow(
      /web1 \(127\.0\.0\.1\): can't connect: its proxy 127\.0\.0\.1 can't reach 127\.0\.0\.1:1/,
    );
  });
});

describe("a host that does not take the connection", () => {
  it("just now is tried again, some times", async () => {
    const server = await start({ drops: 2 });
    expect((await run(to(server), "echo", "in")).stdout).toBe("in\n");
    expect(server.seen.connections).toBe(1);
  });

  it("for its key or for who logs in is not", async () => {
    const server = await start();
    await expect(run(to(server, { privateKey: undefined, password: "wrong" }), "true")).rejects.toThrow(
      "does not accept",
    );
    expect(server.seen.connections).toBe(1);
  });

  it("is given up at once when the pool is closed", async () => {
    const server = await start({ slow: 10_000 });
    const running = run(to(server), "true");
    const began = Date.now();
    setTimeout(() => void pool.close(), 200);
    await expect(running).rejects.toThrow(/can't connect: was given up/);
    expect(Date.now() - began).toBeLessThan(2000);
  });
});

describe("a host and its settings", () => {
  it("have one connection, whatever is done there", async () => {
    const server = await start();
    await run(to(server, { name: "web1" }), "true");
    await run(to(server, { name: "web1", commandTimeout: 5 }), "true");
    expect(server.seen.connections).toBe(1);
  });

  it("are ended after commandTimeout", async () => {
    const server = await start();
    await expect(run(to(server, { commandTimeout: 0.3 }), "sleep", "5")).rejects.toThrow("took too long and was ended");
  });

  it("are ended where they are silent for silenceTimeout, and not where they say something", async () => {
    const server = await start();
    const host = pool.host(to(server, { silenceTimeout: 0.4 }));
    await expect(host.run(command("sleep", "5"))).rejects.toThrow("printed nothing for too long (silenceTimeout)");
    expect((await host.run(script("for i in 1 2 3 4; do echo $i; sleep 0.2; done"))).stdout).toBe("1\n2\n3\n4\n");
  });

  it("that show no life any more are lost", async () => {
    const server = await start();
    const running = run(to(server, { keepaliveInterval: 0.1 }), "sleep", "9");
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = Date.now();
    server.freeze();
    await expect(running).rejects.toThrow("the connection was lost; it may have run");
    expect(Date.now() - began).toBeLessThan(3000);
  });

  it("are ended with all that they started, on a server that knows no signals, too", async () => {
    const server = await start({ deaf: true });
    const mark = `sleep 9.${process.pid}`;
    const abort = new AbortController();
    const running = pool.host(to(server)).run(script(`${mark} & ${mark}`), { signal: abort.signal });
    setTimeout(() => abort.abort(), 400);
    await expect(running).rejects.toThrow("was cancelled");
    const { stdout } = await pool.host(to(server)).run(script('pgrep -f "^$1" || true', mark));
    expect(stdout).toBe("");
  });
});
