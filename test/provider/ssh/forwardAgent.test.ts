import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { command } from "../../../provider/commands/shell";
import { Pool } from "../../../provider/ssh/pool";
import { startServer, type TestServer } from "./server";

let [server, pool]: [TestServer | undefined, Pool] = [undefined, new Pool()];
let agent: Server;
let directory: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "agent-"));
  agent = createServer().listen(join(directory, "socket"));
  pool = new Pool();
});
afterEach(async () => {
  await pool.close();
  await server?.close();
  agent.close();
  rmSync(directory, { recursive: true });
});

async function hostWith(takesAgents: boolean, socket = "socket") {
  server = await startServer({ takesAgents });
  const { port, hostKey, privateKey } = server;
  // A key of the settings is used alone to log in: the agent is there to be forwarded.
  const key = { privateKey, agentSocketPath: join(directory, socket) };
  return pool.host({ name: "web1", host: "127.0.0.1", port, hostKey, sshConfig: false, ...key });
}
const asking = { ...command("true"), forwardAgent: true };

it("forwards the agent to who asks for it, and to nobody before", async () => {
  const host = await hostWith(true);
  await host.run(command("true"));
  expect(server!.seen.agents).toBe(0);
  await host.run(asking);
  expect(server!.seen.agents).toBe(1);
  // One connection is asked once.
  await host.run(asking);
  expect(server!.seen.agents).toBe(1);
});

it("says what is missing where the host takes none", async () => {
  const host = await hostWith(false);
  await expect(host.run(asking)).rejects.toThrow(/the host's sshd forwards no agent \(AllowAgentForwarding\)/);
  await host.run(command("true"));
});

it("says what is missing where there is none here, before anything is sent", async () => {
  const host = await hostWith(true, "none");
  await expect(host.run(asking)).rejects.toThrow(/it has not run: forwardAgent needs an SSH agent on this machine/);
  expect(server!.seen.execs).toEqual([]);
});
