import { createServer, type Socket } from "node:net";
import { type Connection, Server, type ServerChannel, utils } from "ssh2";

/** What arrived on a channel: the line that a login shell would be given, and standard input. */
export type OnProgram = (address: string, line: string, stdin: Buffer, channel: ServerChannel) => void;

export interface Sshd {
  port: number;
  /** Connections that were made, most of them at once, and most at once that were not logged in yet. */
  counts: { made: number; most: number; handshakes: number };
}

/** SSH servers on the same port of several addresses of the loopback, for whoever has the key. */
export async function listen(
  addresses: readonly string[],
  keys: { hostKey: string; allowed: string },
  onProgram: OnProgram,
): Promise<Sshd> {
  const allowed = utils.parseKey(keys.allowed) as { getPublicSSH(): Buffer };
  const counts = { made: 0, most: 0, handshakes: 0 };
  const addressOf = new WeakMap<object, string>();
  let [open, starting] = [0, 0];
  const ssh = new Server({ hostKeys: [keys.hostKey] });

  const serve = (client: Connection, address: string) => {
    counts.made++;
    counts.most = Math.max(counts.most, ++open);
    counts.handshakes = Math.max(counts.handshakes, ++starting);
    let isIn = false;
    client.on("error", () => {});
    client.on("close", () => {
      open--;
      if (!isIn) starting--;
    });
    client.on("authentication", (context) =>
      context.method === "publickey" && context.key.data.equals(allowed.getPublicSSH())
        ? context.accept()
        : context.reject(["publickey"]),
    );
    client.on("ready", () => {
      isIn = true;
      starting--;
    });
    client.on("session", (accept) =>
      accept().on("exec", (acceptExec, _, { command }) => {
        const channel = acceptExec();
        const parts: Buffer[] = [];
        channel.on("data", (part: Buffer) => parts.push(part));
        channel.on("end", () => onProgram(address, command, Buffer.concat(parts), channel));
        channel.on("error", () => {});
      }),
    );
  };
  ssh.on("connection", (client) => serve(client, addressOf.get((client as unknown as { _sock: Socket })._sock)!));

  let port = 0;
  for (const address of addresses) {
    const server = createServer((socket) => {
      addressOf.set(socket, address);
      (ssh as unknown as { injectSocket(socket: Socket): void }).injectSocket(socket);
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, address, 512, resolve));
    port ||= (server.address() as { port: number }).port;
  }
  return { port, counts };
}
