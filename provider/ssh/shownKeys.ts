import type { Duplex } from "node:stream";
import { Client, type ConnectConfig } from "ssh2";
import { ConnectError } from "./commandError";
import { nameOf } from "./connect";
import type { HostKey } from "./knownHosts";
import { keyOf } from "./knownHosts";
import type { Leg } from "./leg";

/** Kinds of key, the best first, and the algorithms that ask for one. */
const kinds = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
];

/** The keys that a machine shows, one of each kind. Nobody logs in: each connection ends when the key is seen. */
export async function shownKeys(leg: Leg, reach: () => Promise<Duplex | undefined>): Promise<HostKey[]> {
  const keys: HostKey[] = [];
  for (const algorithms of kinds) {
    const key = await shown(leg, algorithms, await reach());
    if (key !== undefined) keys.push(key);
  }
  return keys;
}

function shown(leg: Leg, algorithms: string[], sock: Duplex | undefined): Promise<HostKey | undefined> {
  const client = new Client();
  let seen: HostKey | undefined;
  return new Promise<HostKey | undefined>((resolve, reject) => {
    client.on("error", (error) => {
      if (seen !== undefined || /no matching host key/i.test(error.message)) return resolve(seen);
      reject(new ConnectError(nameOf(leg.connection), `${leg.address}:${leg.port} shows no key: ${error.message}`));
    });
    client.on("close", () => resolve(seen));
    client.connect({
      host: leg.address,
      port: leg.port,
      username: leg.user,
      readyTimeout: (leg.connection.connectTimeout ?? 15) * 1000,
      algorithms: { serverHostKey: algorithms as never },
      hostVerifier: (blob: Buffer) => {
        const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1");
        seen = keyOf(`${type} ${blob.toString("base64")}`);
        return false;
      },
      ...(sock === undefined ? {} : { sock: sock as ConnectConfig["sock"] & Duplex }),
    });
  }).finally(() => {
    client.destroy();
    sock?.destroy();
  });
}
