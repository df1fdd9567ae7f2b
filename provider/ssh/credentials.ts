import { existsSync, readFileSync } from "node:fs";
import type { ConnectConfig } from "ssh2";
import { utils } from "ssh2";
import type { Connection } from "../connection";
import { localPath } from "./localPath";

/** What proves who we are: a key, an agent or a password, in ssh2's words. Errors name what is missing, never its content. */
export function credentials(
  connection: Connection,
): Pick<ConnectConfig, "privateKey" | "passphrase" | "agent" | "password"> {
  const { privateKey, privateKeyFile, privateKeyPassword, password, agentSocketPath } = connection;
  const key = privateKey ?? (privateKeyFile === undefined ? undefined : readKey(privateKeyFile));
  if (key !== undefined) {
    checkKey(key, privateKeyPassword, privateKeyFile ?? "privateKey");
    return { privateKey: key, ...(privateKeyPassword === undefined ? {} : { passphrase: privateKeyPassword }) };
  }
  if (password !== undefined) return { password };
  const agent = agentSocketPath ?? process.env.SSH_AUTH_SOCK;
  if (!agent)
    throw new Error("no privateKey, privateKeyFile, password or agentSocketPath, and no agent at SSH_AUTH_SOCK");
  if (!existsSync(agent)) throw new Error(`there is no SSH agent at ${agent}`);
  return { agent };
}

function readKey(file: string): string {
  try {
    return readFileSync(localPath(file), "utf8");
  } catch (error) {
    throw new Error(`privateKeyFile can't be read: ${(error as Error).message}`);
  }
}

function checkKey(key: string, passphrase: string | undefined, from: string): void {
  const parsed = utils.parseKey(key, passphrase);
  if (!(parsed instanceof Error)) return;
  if (/encrypted/i.test(parsed.message) && passphrase === undefined) {
    throw new Error(`${from} is encrypted: set privateKeyPassword, or use an agent`);
  }
  throw new Error(
    `${from} is no usable private key (${passphrase === undefined ? parsed.message : "or its password is wrong"})`,
  );
}
