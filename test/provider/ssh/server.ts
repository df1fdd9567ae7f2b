import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, connect as connectTo } from "node:net";
import { type AuthContext, type AuthenticationType, type Connection, Server, type ServerChannel, utils } from "ssh2";
import { openSshPair } from "../../../sandbox/keys";

/** What a server saw. */
export interface Seen {
  connections: number;
  /** Connections that ended. */
  gone: number;
  /** Most connections at once that were not logged in yet. */
  startups: number;
  /** Most sessions at once. */
  sessions: number;
  /** Sessions that were refused. */
  refused: number;
  execs: string[];
  /** Their process groups. */
  groups: number[];
  /** All that was printed. */
  printed: string;
  tried: string[];
  /** Programs that an agent was forwarded to. */
  agents: number;
}

export interface ServerOptions {
  password?: string;
  /** The password counts only as the answer to a question. */
  asks?: string;
  /** Ways that it says it takes. */
  offers?: AuthenticationType[];
  /** A key and then the password are needed. */
  both?: boolean;
  /** sshd's MaxSessions. */
  maxSessions?: number;
  /** So many connections are closed before a word, as by sshd's MaxStartups. */
  drops?: number;
  /** Runs a command line. Default `sh -c`. */
  shell?: readonly string[];
  env?: Record<string, string>;
  /** Private keys of the host. Default: an ed25519 key. */
  hostKeys?: readonly string[];
  /** Is deaf to signals, as old servers are. */
  deaf?: boolean;
  /** As AllowAgentForwarding. Default not. */
  takesAgents?: boolean;
  /** Milliseconds before it lets anybody in. */
  slow?: number;
}

export interface TestServer {
  port: number;
  hostKey: string;
  /** A private key that it lets in. */
  privateKey: string;
  seen: Seen;
  /** Ends all connections at once, as a cut cable. */
  cut(): void;
  /** Says nothing more on any connection, and closes none. */
  freeze(): void;
  close(): Promise<void>;
}

/** A real SSH server in this process, whose programs run in a real shell here. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const [host, user] = [openSshPair(), openSshPair()];
  const seen: Seen = {
    connections: 0,
    gone: 0,
    startups: 0,
    sessions: 0,
    refused: 0,
    execs: [],
    groups: [],
    printed: "",
    tried: [],
    agents: 0,
  };
  const clients = new Set<Connection>();
  const allowed = utils.parseKey(user.publicKey) as { getPublicSSH(): Buffer };
  let [open, starting, drops] = [0, 0, options.drops ?? 0];

  const authenticate = (context: AuthContext, state: { key: boolean }) => {
    seen.tried.push(context.method);
    const keyFits = context.method === "publickey" && context.key.data.equals(allowed.getPublicSSH());
    const left =
      options.offers ?? (options.asks ? (["keyboard-interactive"] as const) : (["publickey", "password"] as const));
    if (keyFits && context.method === "publickey" && context.signature) state.key = true;
    if (keyFits && options.both && state.key) return context.reject(["password"], true);
    if (keyFits) return context.accept();
    const isEnough = !options.both || state.key;
    if (context.method === "password" && !options.asks && context.password === options.password && isEnough)
      return context.accept();
    if (context.method === "keyboard-interactive" && options.asks)
      return context.prompt([{ prompt: options.asks, echo: false }], (answers) =>
        answers?.[0] === options.password ? context.accept() : context.reject([...left]),
      );
    context.reject([...left]);
  };

  const server = new Server({ hostKeys: [...(options.hostKeys ?? [host.privateKey])] }, (client) => {
    seen.connections++;
    seen.startups = Math.max(seen.startups, ++starting);
    clients.add(client);
    let isIn = false;
    client.on("error", () => {});
    client.on("close", () => {
      clients.delete(client);
      seen.gone++;
      if (!isIn) starting--;
    });
    const state = { key: false };
    client.on("authentication", (context) => void setTimeout(() => authenticate(context, state), options.slow ?? 0));
    client.on("ready", () => {
      isIn = true;
      starting--;
      client.on("tcpip", (accept, reject, { destIP, destPort }) => {
        if (destIP !== "127.0.0.1") return reject();
        const onwards = connectTo(destPort, destIP);
        onwards.once("error", () => reject());
        onwards.once("connect", () => {
          const channel = accept();
          channel.pipe(onwards).pipe(channel);
          onwards.on("error", () => channel.close());
          channel.on("error", () => onwards.destroy());
        });
      });
      client.on("session", (accept, reject) => {
        if (open >= (options.maxSessions ?? 10)) {
          seen.refused++;
          return reject();
        }
        const session = accept();
        seen.sessions = Math.max(seen.sessions, ++open);
        let child: ChildProcess | undefined;
        const stop = () => {
          try {
            if (child?.exitCode === null && child.pid) process.kill(-child.pid, "SIGKILL");
          } catch {}
        };
        if (options.takesAgents)
          session.on("auth-agent", (yes) => {
            seen.agents++;
            yes?.();
          });
        session.on("signal", () => options.deaf || stop());
        session.on("close", () => {
          open--;
          if (!options.deaf) stop();
        });
        session.on("exec", (acceptExec, _, { command }) => {
          seen.execs.push(command);
          child = run(command, acceptExec());
          seen.groups.push(child.pid!);
        });
      });
    });
  });
  // Before a word: what ssh2 does with a connection comes after this listener.
  const inner = (server as unknown as { _srv: import("node:net").Server })._srv;
  inner.prependListener("connection", (socket) => {
    if (drops-- > 0) socket.destroy();
  });

  function run(command: string, channel: ServerChannel): ChildProcess {
    const [shell, ...words] = options.shell ?? ["sh", "-c"];
    const env = { ...process.env, ...options.env };
    const child = spawn(shell!, [...words, command], { detached: true, env });
    const keep = (chunk: Buffer) => {
      if (seen.printed.length < 10_000) seen.printed += chunk;
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.stdout.on("data", (chunk) => channel.write(chunk));
    child.stderr.on("data", (chunk) => channel.stderr.write(chunk));
    channel.pipe(child.stdin);
    child.stdin.on("error", () => {});
    channel.on("error", () => {});
    child.on("close", (code, signal) => {
      if (signal) channel.exit(signal.replace("SIG", ""), false, "");
      else channel.exit(code ?? 1);
      channel.end();
    });
    return child;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const made: TestServer = {
    port: (server.address() as AddressInfo).port,
    hostKey: host.publicKey,
    privateKey: user.privateKey,
    seen,
    cut: () => {
      for (const client of clients) (client as unknown as { _sock: { destroy(): void } })._sock.destroy();
    },
    freeze: () => {
      for (const client of clients) {
        const { _sock } = client as unknown as { _sock: import("node:net").Socket };
        _sock.pause().removeAllListeners("data");
        _sock.write = () => true;
      }
    },
    close: () => {
      for (const client of clients) client.end();
      // One that is frozen would never end.
      setTimeout(() => made.cut(), 200).unref();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return made;
}
