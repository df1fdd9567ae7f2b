import { existsSync, readFileSync } from "node:fs";
import type { AnyAuthMethod } from "ssh2";
import { utils } from "ssh2";
import type { Leg } from "./leg";
import { localPath } from "./localPath";

/** One way to prove who we are, in ssh2's words, and what messages call it. Never its content. */
export interface Credential {
  label: string;
  method: AnyAuthMethod;
}

/**
 * What is tried, in this order. The settings say it alone where they name a key, an agent or a password; else, as ssh
 * does, it is the key files of ssh_config, the agent, and the keys that lie in ~/.ssh.
 */
export function credentials(leg: Leg): Credential[] {
  const { privateKey, privateKeyFile, privateKeyPassword, password, agentSocketPath } = leg.connection;
  const named: Credential[] = [];
  if (privateKey !== undefined || privateKeyFile !== undefined) {
    const key = privateKey ?? readKey(localPath(privateKeyFile!));
    checkKey(key, privateKeyPassword, privateKey === undefined ? privateKeyFile! : "privateKey");
    named.push(keyCredential(leg, key, privateKey === undefined ? privateKeyFile! : "of privateKey"));
  } else if (agentSocketPath !== undefined) {
    if (!existsSync(agentSocketPath)) throw new Error(`there is no SSH agent at ${agentSocketPath}`);
    named.push(agentCredential(leg, agentSocketPath));
  }
  if (password !== undefined) named.push(...passwordCredentials(leg.user, password));
  if (named.length > 0) return named;

  const found = leg.identityFiles.length > 0 ? leg.identityFiles : [];
  const agent = leg.agent !== undefined && existsSync(leg.agent) ? [agentCredential(leg, leg.agent)] : [];
  const all = [...found.flatMap((file) => keyIn(leg, file)), ...agent];
  if (leg.identityFiles.length === 0) all.push(...leg.defaultKeys.flatMap((file) => keyIn(leg, file)));
  if (all.length > 0) return all;
  throw new Error(
    `no privateKey, privateKeyFile, password or agentSocketPath is set, there is no agent at ${leg.agent ?? "SSH_AUTH_SOCK"}, and no key to use in ${(leg.identityFiles.length > 0 ? leg.identityFiles : leg.defaultKeys).join(", ")}`,
  );
}

const keyCredential = (leg: Leg, key: string, name: string): Credential => ({
  label: `the key ${name}`,
  method: {
    type: "publickey",
    username: leg.user,
    key,
    ...(leg.connection.privateKeyPassword !== undefined && { passphrase: leg.connection.privateKeyPassword }),
  },
});

const agentCredential = ({ user }: Leg, agent: string): Credential => ({
  label: "any key of the SSH agent",
  method: { type: "agent", username: user, agent },
});

/** Many hosts take a password only as the answer to a question; one that asks for something else gets none. */
const passwordCredentials = (username: string, password: string): Credential[] => [
  { label: "the password", method: { type: "password", username, password } },
  {
    label: "the password",
    method: {
      type: "keyboard-interactive",
      username,
      prompt: (_name, _instructions, _lang, prompts, finish) =>
        finish(prompts.map(({ prompt, echo }) => (!echo && /passwor[dt]/i.test(prompt) ? password : ""))),
    },
  },
];

/** A key that ssh would try: one that is not there, or that only the agent can open, is passed over. */
function keyIn(leg: Leg, file: string): Credential[] {
  if (!existsSync(file)) return [];
  const key = readKey(file);
  if (utils.parseKey(key, leg.connection.privateKeyPassword) instanceof Error) return [];
  return [keyCredential(leg, key, file)];
}

function readKey(file: string): string {
  try {
    return readFileSync(file, "utf8");
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
