import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SandboxHost } from "./state";

/** Keys of one sandbox, below `ssh/`: whose login opens its hosts, and how they prove who they are. */
export interface KeyFiles {
  /** The private key that every host accepts. */
  identity: string;
  knownHosts: string;
}

export const keyFiles = (directory: string): KeyFiles => ({
  identity: join(directory, "ssh", "id_ed25519"),
  knownHosts: join(directory, "ssh", "known_hosts"),
});

/** Makes the login key where it is missing; answers its public half. */
export function loginKey(directory: string): string {
  const { identity } = keyFiles(directory);
  return keyAt(identity);
}

/** The directory that a host is given: its private key, and whom it lets in. Answers its public key. */
export function hostKey(directory: string, name: string): { mount: string; publicKey: string } {
  const mount = join(directory, "ssh", "hosts", name);
  const publicKey = keyAt(join(mount, "host_key"));
  writeFileSync(join(mount, "authorized_keys"), `${loginKey(directory)}\n`);
  return { mount, publicKey };
}

export function writeKnownHosts(directory: string, hosts: readonly SandboxHost[]): void {
  const lines = hosts.map(({ host, port, hostKey }) => `[${host}]:${port} ${hostKey}\n`);
  const { knownHosts } = keyFiles(directory);
  // In one step: somebody may be connecting just now.
  writeFileSync(`${knownHosts}.new`, lines.join(""));
  renameSync(`${knownHosts}.new`, knownHosts);
}

function keyAt(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
    const { privateKey, publicKey } = openSshPair();
    writeFileSync(file, privateKey, { mode: 0o600 });
    writeFileSync(`${file}.pub`, `${publicKey}\n`);
  }
  chmodSync(file, 0o600);
  return readFileSync(`${file}.pub`, "utf8").trim();
}

const framed = (...parts: (Buffer | string)[]): Buffer =>
  Buffer.concat(
    parts.flatMap((part) => {
      const body = Buffer.from(part as Buffer);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      return [length, body];
    }),
  );

/** An ed25519 pair in OpenSSH's own format (PROTOCOL.key): sshd takes no other, and ssh-keygen may be missing here. */
export function openSshPair(): { privateKey: string; publicKey: string } {
  const pair = generateKeyPairSync("ed25519");
  const { x, d } = pair.privateKey.export({ format: "jwk" });
  const [pub, seed] = [Buffer.from(x!, "base64url"), Buffer.from(d!, "base64url")];
  const blob = framed("ssh-ed25519", pub);
  const check = Buffer.from([1, 2, 3, 4, 1, 2, 3, 4]);
  const secret = Buffer.concat([check, framed("ssh-ed25519", pub, Buffer.concat([seed, pub]), "sandbox")]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1));
  const one = Buffer.from([0, 0, 0, 1]);
  const body = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    framed("none", "none", ""),
    one,
    framed(blob, Buffer.concat([secret, padding])),
  ]);
  const lines = body.toString("base64").match(/.{1,70}/g)!;
  return {
    privateKey: ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n"),
    publicKey: `ssh-ed25519 ${blob.toString("base64")} sandbox`,
  };
}
