import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { type AuthContext, type Connection, Server, utils } from "ssh2";
import { openSshPair } from "../../../sandbox/keys";

/** What a server saw. */
export interface Seen {
  connections: number;
  /** Most sessions at once. */
  sessions: number;
  execs: string[];
  tried: string[];
}

export interface TestServer {
  port: number;
  hostKey: string;
  /** A private key that it lets in. */
  privateKey: string;
  seen: Seen;
  /** Ends all connections at once, as a cut cable. */
  cut(): void;
  close(): Promise<void>;
}

/** A real SSH server in this process, whose programs run in a real shell here. */
export async function startServer(options: { password?: string; exec?: "refuse" } = {}): Promise<TestServer> {
  const [host, user] = [openSshPair(), openSshPair()];
  const seen: Seen = { connections: 0, sessions: 0, execs: [], tried: [] };
  const clients = new Set<Connection>();
  const allowed = utils.parseKey(user.publicKey) as { getPublicSSH(): Buffer };
  let open = 0;

  const server = new Server({ hostKeys: [host.privateKey] }, (client) => {
    seen.connections++;
    clients.add(client);
    client.on("error", () => {});
    client.on("close", () => clients.delete(client));
    client.on("authentication", (context: AuthContext) => {
      seen.tried.push(context.method);
      if (context.method === "publickey" && context.key.data.equals(allowed.getPublicSSH())) return context.accept();
      if (context.method === "password" && context.password === options.password) return context.accept();
      context.reject(["publickey", "password"]);
    });
    client.on("ready", () => {
      client.on("tcpip", (accept, reject, { destIP, destPort }) => {
        if (destIP !== "127.0.0.1") return reject();
        const { connect } = require("node:net");
        const onwards = connect(destPort, destIP);
        onwards.once("error", () => reject());
        onwards.once("connect", () => {
          const channel = accept();
          channel.pipe(onwards).pipe(channel);
          onwards.on("error", () => channel.close());
          channel.on("error", () => onwards.destroy());
        });
      });
      client.on("session", (accept) => {
        const session = accept();
        session.on("exec", (acceptExec, reject, { command }) => {
          seen.execs.push(command);
          if (options.exec === "refuse") return reject();
          const channel = acceptExec();
          seen.sessions = Math.max(seen.sessions, ++open);
          const child = spawn("sh", ["-c", command], { detached: true });
          child.stdout.on("data", (chunk) => channel.write(chunk));
          child.stderr.on("data", (chunk) => channel.stderr.write(chunk));
          channel.pipe(child.stdin);
          child.stdin.on("error", () => {});
          const stop = () => child.exitCode === null && child.pid && process.kill(-child.pid, "SIGKILL");
          session.on("signal", stop);
          session.on("close", () => {
            try {
              stop();
            } catch {}
          });
          child.on("close", (code, signal) => {
            open--;
            if (signal) channel.exit(signal.replace("SIG", ""), false, "");
            else channel.exit(code ?? 1);
            channel.end();
          });
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: host.publicKey,
    privateKey: user.privateKey,
    seen,
    cut: () => {
      for (const client of clients) (client as unknown as { _sock: { destroy(): void } })._sock.destroy();
    },
    close: () => {
      for (const client of clients) client.end();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
