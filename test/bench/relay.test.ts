import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Relay } from "../../bench/relay";

/** Answers each line with its length. */
let server: Server;
let relay: Relay;

beforeEach(async () => {
  server = createServer((socket) => {
    socket.on("data", (data) => socket.write(`${String(data).length}\n`));
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  relay = new Relay((server.address() as { port: number }).port);
});
afterEach(() => {
  relay.end();
  server.close();
});

async function talk(questions: readonly string[]): Promise<string[]> {
  const socket = connect(await relay.listen(), "127.0.0.1");
  const answers: string[] = [];
  for (const question of questions) {
    socket.write(question);
    answers.push(String((await once(socket, "data"))[0]).trim());
  }
  socket.destroy();
  return answers;
}

describe("a relay", () => {
  it("passes everything on, and counts connections and round trips", async () => {
    expect(await talk(["a", "bc", "def"])).toEqual(["1", "2", "3"]);
    expect(relay.take()).toEqual({ connections: 1, roundTrips: 3 });
    expect(relay.take()).toEqual({ connections: 0, roundTrips: 0 });
  });

  it("delays a connection by a round trip, and each question by another", async () => {
    relay.delay = 40;
    const begun = Date.now();
    expect(await talk(["a", "bc"])).toEqual(["1", "2"]);
    // Never less; how much more depends on the machine.
    expect(Date.now() - begun).toBeGreaterThanOrEqual(3 * 40 - 5);
  });
});
