import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Host } from "../../../provider/commands/shell";
import { command, script } from "../../../provider/commands/shell";
import { Pool } from "../../../provider/ssh/pool";
import { type ServerOptions, startServer, type TestServer } from "./server";

let server: TestServer;
let pool: Pool;
beforeEach(() => {
  pool = new Pool();
});
afterEach(async () => {
  await pool.close();
  await server.close();
});

async function hostOf(options: ServerOptions = {}): Promise<Host> {
  server = await startServer(options);
  const { port, hostKey, privateKey } = server;
  return pool.host({ host: "127.0.0.1", port, hostKey, privateKey, sshConfig: false });
}
const say = async (host: Host, text: string) => (await host.run(command("echo", text))).stdout;
const execs = (count: number) => vi.waitUntil(() => server.seen.execs.length === count, { timeout: 5000 });

describe("a channel for the next program", () => {
  it("is opened while one runs, and taken by the next", async () => {
    const host = await hostOf();
    const running = host.run(script("sleep 0.5; echo first"));
    await execs(2); // its own, and the one that waits
    expect((await running).stdout).toBe("first\n");
    const [, waiting] = server.seen.groups;
    // Its parent is the shell that was started for the channel: none was opened for it.
    const { stdout } = await host.run(script('read -r line <"/proc/$PPID/stat"; set -- $line; echo "$5"'));
    expect(Number(stdout)).toBe(waiting);
    expect(pool.report()).toEqual(["127.0.0.1: 1 connection, 2 programs, at most 1 at once"]);
  });

  it("is one, also where many begin at once, and each program runs once", async () => {
    const host = await hostOf();
    await say(host, "before");
    const texts = Array.from({ length: 20 }, (_, i) => String(i));
    expect(await Promise.all(texts.map((text) => say(host, text)))).toEqual(texts.map((text) => `${text}\n`));
    expect(server.seen.sessions).toBeLessThanOrEqual(8);
  });

  it("is not missed where it was closed meanwhile", async () => {
    const host = await hostOf();
    const running = host.run(script("sleep 0.5; echo first"));
    await execs(2);
    process.kill(-server.seen.groups[1]!, "SIGKILL");
    expect((await running).stdout).toBe("first\n");
    expect(await say(host, "second")).toBe("second\n");
  });

  it("is not asked for again where the host has no other to give", async () => {
    const host = await hostOf({ maxSessions: 1 });
    for (const text of ["a", "b", "c", "d"])
      expect((await host.run(script(`sleep 0.2; echo ${text}`))).stdout).toBe(`${text}\n`);
    expect(server.seen.refused).toBe(1);
  });

  it("makes room where it is in the way", async () => {
    const host = await hostOf({ maxSessions: 2 });
    const running = host.run(script("sleep 0.5; echo first"));
    await execs(2);
    // Of the two that come now one has the channel that waits, and one waits for its turn.
    expect(await Promise.all([running.then(({ stdout }) => stdout), say(host, "b"), say(host, "c")])).toEqual([
      "first\n",
      "b\n",
      "c\n",
    ]);
    expect(server.seen.sessions).toBe(2);
  });
});
