import type { Duplex } from "node:stream";
import { type AnyAuthMethod, type AuthenticationType, Client, type ConnectConfig } from "ssh2";
import type { Connection } from "../connection";
import { ConnectError } from "./commandError";
import { type Credential, credentials } from "./credentials";
import { algorithmsOf, refusal, trustedKeys } from "./hostKeys";
import { fingerprint } from "./knownHosts";
import type { Leg } from "./leg";

/** The name of a host in messages: `web1 (192.0.2.10)`. */
export const nameOf = ({ name, host }: Connection): string =>
  name === undefined || name === host ? host : `${name} (${host})`;

/** `root@192.0.2.10:22` */
export const addressOf = ({ user, address, port }: Leg): string => `${user}@${address}:${port}`;

/** One verified connection, over `sock` where there is a proxy. Everything that goes wrong is a ConnectError. */
export function connect(leg: Leg, sock: Duplex | undefined, signal: AbortSignal): Promise<Client> {
  const name = nameOf(leg.connection);
  try {
    return open(leg, name, credentials(leg), sock, signal);
  } catch (error) {
    sock?.destroy();
    throw new ConnectError(name, (error as Error).message, leg.note);
  }
}

function open(leg: Leg, name: string, tries: readonly Credential[], sock: Duplex | undefined, signal: AbortSignal) {
  const trusted = trustedKeys(leg);
  const client = new Client();
  const offered = new Offers(tries);
  let refused: string | undefined;
  return new Promise<Client>((resolve, reject) => {
    const fail = (error: Failure) => {
      // A dead agent is one way in less; ssh2 goes on to the next.
      if (error.level === "agent") return;
      client.removeAllListeners("error").on("error", () => {});
      client.destroy();
      sock?.destroy();
      signal.removeEventListener("abort", onAbort);
      const expected = `Expected (${trusted.from}): ${trusted.keys.map(({ blob }) => fingerprint(blob)).join(" or ")}. If the host was made anew, put its new key there.`;
      const advice = refused === undefined ? adviceFor(error, trusted.from) : expected;
      const lines = [advice, leg.note].filter((line) => line !== undefined).join("\n  ");
      reject(new ConnectError(name, refused ?? explain(error, leg, offered), lines || undefined, mayPass(error)));
    };
    const onAbort = () => fail(new Error("was given up"));
    client.on("error", fail);
    // A server that hangs up before it said anything, as one does that has too many connections.
    client.once("close", () => fail(new Error("Connection lost before handshake")));
    client.once("ready", () => {
      client.removeAllListeners("close").removeAllListeners("error");
      client.on("error", () => {}); // the channels tell; without a listener it would be thrown
      signal.removeEventListener("abort", onAbort);
      resolve(client);
    });
    // Else a packet waits for the answer to the one before, which the other side puts off for 40 ms.
    client.once("connect", () => client.setNoDelay(true));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) return onAbort();
    const { connectTimeout = 15, keepaliveInterval = 15 } = leg.connection;
    client.connect({
      host: leg.address,
      port: leg.port,
      username: leg.user,
      readyTimeout: connectTimeout * 1000,
      keepaliveInterval: keepaliveInterval * 1000,
      keepaliveCountMax: 4,
      // Only the kinds of key that we know of this host: with another kind the comparison could never succeed.
      algorithms: { serverHostKey: algorithmsOf(trusted.keys) as never },
      hostVerifier: (blob: Buffer) => {
        refused = refusal(trusted, blob);
        return refused === undefined;
      },
      authHandler: ((left: AuthenticationType[] | null) => offered.next(left)) as never,
      // Not to log in with, which authHandler alone decides: it is forwarded to programs that ask for it.
      ...(leg.agent === undefined ? {} : { agent: leg.agent }),
      ...(sock === undefined ? {} : { sock: sock as ConnectConfig["sock"] & Duplex }),
    });
  });
}

type Failure = Error & { level?: string; code?: string };

/** Hands out the credentials in their order, and remembers what was tried. */
class Offers {
  readonly tried: string[] = [];
  #last: AnyAuthMethod | undefined;
  readonly #rest: Credential[];

  constructor(credentials: readonly Credential[]) {
    this.#rest = [...credentials];
  }

  /** @param left what the server would still take; null before it said so. */
  next(left: readonly string[] | null): AnyAuthMethod | false {
    const one = this.#rest.shift();
    if (one === undefined) return false;
    const { type } = one.method;
    const asked = type === "agent" ? "publickey" : type;
    // A password that was looked at and refused is not offered again: accounts are locked for less.
    const again = type === "keyboard-interactive" && this.#last?.type === "password" && left?.includes("password");
    if (again || (left !== null && !left.includes(asked))) return this.next(left);
    if (!this.tried.includes(one.label)) this.tried.push(one.label);
    this.#last = one.method;
    return one.method;
  }
}

const mayPass = ({ code, message }: Failure): boolean =>
  /^(ECONNREFUSED|ECONNRESET|EPIPE|EAI_AGAIN)$/.test(code ?? "") ||
  /lost before handshake|Exceeded MaxStartups|Not allowed at this time|Invalid identification/i.test(message);

function explain(error: Failure, leg: Leg, offered: Offers): string {
  const at = `${leg.address}:${leg.port}`;
  if (error.code === "ECONNREFUSED") return `${at} refused the connection`;
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") return `the name ${leg.address} is not known`;
  if (error.code === "EHOSTUNREACH" || error.code === "ENETUNREACH") return `${at} is unreachable`;
  if (error.level === "client-timeout" || error.code === "ETIMEDOUT")
    return `${at} does not answer in ${leg.connection.connectTimeout ?? 15} s`;
  if (error.level === "client-authentication")
    return `${at} does not accept ${offered.tried.join(", ") || "any way to log in that is set"} for user ${leg.user}`;
  if (/lost before handshake/.test(error.message)) return `${at} hung up before it showed a key`;
  return error.message;
}

function adviceFor(error: Failure, from: string): string | undefined {
  if (error.level === "client-authentication") return "Is the public key in that user's authorized_keys?";
  if (/no matching host key/i.test(error.message)) return `It has no key of the kinds that ${from} names.`;
  return undefined;
}
