/**
 * How a host is reached. The field names are those of @pulumi/command's connection, so that one block of settings
 * serves both. A changed `host` replaces the resource; port, user, hostKey, proxy and become are an update that
 * connects and looks; credentials and machine-local paths are not compared at all.
 */
export interface Connection {
  /** What the settings call the host; for messages and SUPERVISED_FORGET. @default the address */
  name?: string;
  /** Name or address of the host. A change replaces. */
  host: string;
  /** @default 22 */
  port?: number;
  /** @default "root" */
  user?: string;
  /** The text of a private key (OpenSSH or PEM). */
  privateKey?: string;
  /** A file with the private key, on the machine that runs pulumi; `~/` is its home. */
  privateKeyFile?: string;
  /** Opens an encrypted private key. */
  privateKeyPassword?: string;
  password?: string;
  /** Socket of an SSH agent. @default $SSH_AUTH_SOCK, when neither key nor password is given */
  agentSocketPath?: string;
  /** The host's public key, `ssh-ed25519 AAAA…`. This or `knownHosts` is required: nothing is trusted silently. */
  hostKey?: string;
  /** A known_hosts file, on the machine that runs pulumi. */
  knownHosts?: string;
  /** Become root with `sudo -n`, when `user` is not root. */
  become?: "sudo";
  /** A host to go through; its own `proxy` makes a chain. */
  proxy?: Connection;
  /** Seconds to connect and authenticate. @default 15 */
  connectTimeout?: number;
}

/** Fields that say how to get in, not where: their change is no change of the resource. */
export const uncompared = [
  "name",
  "privateKey",
  "privateKeyFile",
  "privateKeyPassword",
  "password",
  "agentSocketPath",
  "knownHosts",
  "connectTimeout",
] as const satisfies readonly (keyof Connection)[];

/** `root@192.0.2.10:22`, for messages. */
export const address = (c: Connection): string => `${c.user ?? "root"}@${c.host}:${c.port ?? 22}`;
