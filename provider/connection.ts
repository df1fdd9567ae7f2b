/**
 * How a host is reached. The field names are those of @pulumi/command's connection, so that one block of settings
 * serves both. What is not set is taken from ssh_config, then from ssh's own defaults. A changed `host` replaces the
 * resource; port, user, hostKey, proxy and become are an update that connects and looks; credentials, limits and
 * machine-local paths are not compared at all.
 */
export interface Connection {
  /** What the settings call the host; for messages and SUPERVISED_FORGET. @default the address */
  name?: string;
  /** Name or address of the host, or its alias in ssh_config. A change replaces. */
  host: string;
  /** @default ssh_config's Port, then 22 */
  port?: number;
  /** Who logs in. @default ssh_config's User, then "root" */
  user?: string;
  /** The text of a private key (OpenSSH or PEM). */
  privateKey?: string;
  /** A file with the private key, on the machine that runs pulumi; `~/` is its home. */
  privateKeyFile?: string;
  /** Opens an encrypted private key. */
  privateKeyPassword?: string;
  /** Tried after a key, where both are set: some hosts ask for both. */
  password?: string;
  /** Socket of an SSH agent. @default ssh_config's IdentityFile and IdentityAgent, $SSH_AUTH_SOCK, ssh's own key files */
  agentSocketPath?: string;
  /** The host's public key, `ssh-ed25519 AAAA…`: no other is accepted. */
  hostKey?: string;
  /** A known_hosts file, on the machine that runs pulumi. @default those of ssh; a key that none has is refused */
  knownHosts?: string;
  /** An ssh_config file, on the machine that runs pulumi; false reads none. @default those of ssh */
  sshConfig?: string | false;
  /** Become root with sudo, when `user` is not root. */
  become?: "sudo";
  /** What sudo asks for; it goes to sudo's standard input alone. @default sudo asks for nothing (NOPASSWD) */
  becomePassword?: string;
  /** A host to go through; its own `proxy` makes a chain. @default ssh_config's ProxyJump */
  proxy?: Connection;
  /** Seconds to connect and authenticate. @default 15 */
  connectTimeout?: number;
  /** Seconds until a command is ended that has no limit of its own. @default 900 */
  commandTimeout?: number;
  /** Seconds that a command may print nothing until it is ended. @default no limit */
  silenceTimeout?: number;
  /** Seconds between two signs of life that the host is asked for; after four without answer the connection is lost. @default 15 */
  keepaliveInterval?: number;
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
  "sshConfig",
  "becomePassword",
  "connectTimeout",
  "commandTimeout",
  "silenceTimeout",
  "keepaliveInterval",
] as const satisfies readonly (keyof Connection)[];
