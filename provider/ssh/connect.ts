import type { Duplex } from "node:stream";
import { Client, type ClientChannel, type ConnectConfig } from "ssh2";
import { address, type Connection } from "../connection";
import { ConnectError } from "./commandError";
import { credentials } from "./credentials";
import { fingerprint, trustedKeys } from "./hostKeys";
import { trace } from "./trace";

/** The name of a host in messages: `web1 (192.0.2.10)`. */
export const nameOf = ({ name, host }: Connection): string =>
  name === undefined || name === host ? host : `${name} (${host})`;

/** One verified connection, through the proxies before it. Everything that goes wrong is a ConnectError. */
export async function connect(connection: Connection): Promise<Client> {
  const name = nameOf(connection);
  const config = prepare(connection, name);
  const sock = connection.proxy === undefined ? undefined : await through(connection.proxy, connection, name);
  trace(name, "connect", address(connection));
  return open(
    { ...config, ...(sock === undefined ? {} : { sock: sock as ConnectConfig["sock"] & Duplex }) },
    connection,
    name,
  );
}

function prepare(connection: Connection, name: string): ConnectConfig {
  try {
    const { keys } = trustedKeys(connection);
    return {
      host: connection.host,
      port: connection.port ?? 22,
      username: connection.user ?? "root",
      readyTimeout: (connection.connectTimeout ?? 15) * 1000,
      keepaliveInterval: 15_000,
      keepaliveCountMax: 4,
      algorithms: {
        // Only the kinds of key that we know of this host: with another kind the comparison could never succeed.
        serverHostKey: [...new Set(keys.flatMap(({ type }) => algorithmsOf(type)))] as never,
      },
      ...credentials(connection),
    };
  } catch (error) {
    throw new ConnectError(name, (error as Error).message);
  }
}

function open(config: ConnectConfig, connection: Connection, name: string): Promise<Client> {
  const client = new Client();
  const { keys, revoked, from } = trustedKeys(connection);
  let refused: string | undefined;
  return new Promise((resolve, reject) => {
    client.once("ready", () => {
      client.removeAllListeners("error").on("error", () => {}); // the channels tell; without a listener it would be thrown
      resolve(client);
    });
    client.once("error", (error: Error & { level?: string; code?: string }) => {
      client.end();
      const advice =
        refused === undefined
          ? adviceFor(error, connection)
          : `Expected (${from}): ${list(keys)}. If the host was made anew, put its new key there.`;
      reject(new ConnectError(name, refused ?? explain(error, connection), advice));
    });
    client.connect({
      ...config,
      hostVerifier: (blob: Buffer) => {
        if (revoked.some((key) => key.equals(blob)))
          refused = `its host key ${fingerprint(blob)} is revoked in ${from}`;
        else if (!keys.some((key) => key.blob.equals(blob)))
          refused = `it shows the host key ${fingerprint(blob)}, which is not trusted`;
        return refused === undefined;
      },
    });
  });
}

async function through(proxy: Connection, target: Connection, name: string): Promise<ClientChannel> {
  const jump = await connect(proxy);
  return new Promise((resolve, reject) => {
    jump.forwardOut("127.0.0.1", 0, target.host, target.port ?? 22, (error, channel) => {
      if (error === undefined || error === null) {
        channel.once("close", () => jump.end());
        return resolve(channel);
      }
      jump.end();
      reject(
        new ConnectError(
          name,
          `its proxy ${nameOf(proxy)} can't reach ${target.host}:${target.port ?? 22}: ${error.message}`,
        ),
      );
    });
  });
}

const list = (keys: readonly { blob: Buffer }[]): string => keys.map(({ blob }) => fingerprint(blob)).join(" or ");

/** A known_hosts entry says `ssh-rsa`; a host may sign with that key in newer ways. */
const algorithmsOf = (type: string): string[] =>
  type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type];

function explain(error: Error & { level?: string; code?: string }, connection: Connection): string {
  const at = `${connection.host}:${connection.port ?? 22}`;
  if (error.code === "ECONNREFUSED") return `${at} refused the connection`;
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") return `the name ${connection.host} is not known`;
  if (error.code === "EHOSTUNREACH" || error.code === "ENETUNREACH") return `${at} is unreachable`;
  if (error.level === "client-timeout" || error.code === "ETIMEDOUT")
    return `${at} does not answer in ${connection.connectTimeout ?? 15} s`;
  if (error.level === "client-authentication")
    return `${at} does not accept ${tried(connection)} for user ${connection.user ?? "root"}`;
  return error.message;
}

function adviceFor(error: Error & { level?: string }, connection: Connection): string | undefined {
  if (error.level === "client-authentication") return "Is the public key in that user's authorized_keys?";
  if (/no matching host key/i.test(error.message))
    return `It has no key of the kinds that ${connection.hostKey ? "hostKey" : connection.knownHosts} names.`;
  return undefined;
}

function tried({ privateKey, privateKeyFile, password }: Connection): string {
  if (privateKeyFile !== undefined && privateKey === undefined) return `the key ${privateKeyFile}`;
  if (privateKey !== undefined) return "the key of privateKey";
  return password === undefined ? "any key of the SSH agent" : "the password";
}
