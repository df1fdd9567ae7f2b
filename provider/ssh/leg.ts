import { homedir, userInfo } from "node:os";
import type { Connection } from "../connection";
import { localPath } from "./localPath";
import { expandHome, readSshConfig, type SshConfig, sshConfigFiles } from "./sshConfig";

/** The way from one machine to the next, as it is gone: the settings, over ssh_config, over ssh's own defaults. */
export interface Leg {
  connection: Connection;
  address: string;
  port: number;
  user: string;
  /** What known_hosts calls the host. */
  knownAs: string;
  knownHosts: readonly string[];
  /** Key files that ssh_config names. */
  identityFiles: readonly string[];
  /** Those that ssh tries by itself. */
  defaultKeys: readonly string[];
  /** Socket of an agent. */
  agent: string | undefined;
  /** The machine before this one. */
  via: Connection | undefined;
  /** What was not read and might explain a failure. */
  note: string | undefined;
}

/** Throws with what is wrong in ssh_config. */
export function legOf(connection: Connection): Leg {
  const files = connection.sshConfig === undefined ? sshConfigFiles() : [connection.sshConfig].filter(isPath);
  const read = (host: string) => readSshConfig(files.map(localPath), host);
  // As ssh has it: our own default, root, is for the hosts of the settings.
  const userOf = (host: string) => read(host).values.get("user")?.[0] ?? userInfo().username;
  return resolveLeg(connection, read(connection.host), userOf);
}

/** Pure, but for the home. `userOf` says who logs in on a host of ProxyJump. */
export function resolveLeg(connection: Connection, config: SshConfig, userOf: (host: string) => string): Leg {
  const said = (keyword: string): string | undefined => config.values.get(keyword)?.[0];
  const { host } = connection;
  const address = (said("hostname") ?? host).replaceAll("%h", host).replaceAll("%%", "%");
  const port = connection.port ?? portOf(said("port"), host) ?? 22;
  const user = connection.user ?? said("user") ?? "root";
  const tokens: Record<string, string> = { "%": "%", d: homedir(), h: address, n: host, p: String(port), r: user };
  const expand = (path: string) =>
    expandHome(
      path.replace(/%([%dhnpru])/g, (_, token: string) => tokens[token] ?? userInfo().username),
      homedir(),
    );
  const paths = (keyword: string, otherwise: string[]) =>
    (config.values.get(keyword) ?? otherwise).filter((path) => path !== "none").map(expand);
  const agent = said("identityagent") ?? "SSH_AUTH_SOCK";
  const proxyCommand = config.values.get("proxycommand")?.join(" ") ?? "none";
  const via = connection.proxy ?? jumpOf(said("proxyjump"), connection, userOf);
  if (via === undefined && proxyCommand !== "none")
    throw new Error(
      `ssh_config has a ProxyCommand for ${host}, which is not run here: use ProxyJump, or \`proxy\` in the settings`,
    );
  return {
    connection,
    address,
    port,
    user,
    knownAs: asWritten(said("hostkeyalias") ?? address, said("hostkeyalias") === undefined ? port : 22),
    knownHosts: [
      ...paths("userknownhostsfile", ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]),
      ...paths("globalknownhostsfile", ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]),
    ],
    identityFiles: paths("identityfile", []),
    defaultKeys: ["id_ed25519", "id_ecdsa", "id_rsa"].map((name) => expandHome(`~/.ssh/${name}`)),
    agent: connection.agentSocketPath ?? agentOf(agent, expand),
    via,
    note:
      config.unread.length > 0
        ? `Match in ${[...new Set(config.unread)].join(" and ")} is not read: what it says has to be in the settings.`
        : undefined,
  };
}

/** How known_hosts writes a host: the port is named where it isn't 22. */
export const asWritten = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

/** `ann@bastion:2222,inner`: who is named last is the one before the host. */
function jumpOf(
  jump: string | undefined,
  { host, sshConfig, connectTimeout }: Connection,
  userOf: (host: string) => string,
): Connection | undefined {
  if (jump === undefined || jump.toLowerCase() === "none") return undefined;
  const hops = jump.split(",").map((word) => {
    const [, user, bracketed, plain, port] =
      /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?\/?$/.exec(word.trim()) ?? [];
    const to = bracketed ?? plain;
    if (to === undefined) throw new Error(`ssh_config has a ProxyJump for ${host} that can't be read: ${word}`);
    return { host: to, user: user ?? userOf(to), ...(port && { port: Number(port) }) };
  });
  // Under `Host *` a bastion would go through itself.
  if (hops.some((hop) => hop.host === host)) return undefined;
  const kept = { ...(sshConfig === undefined ? {} : { sshConfig }), ...(connectTimeout && { connectTimeout }) };
  return hops.reduce<Connection | undefined>((proxy, hop) => ({ ...hop, ...kept, ...(proxy && { proxy }) }), undefined);
}

function portOf(text: string | undefined, host: string): number | undefined {
  if (text === undefined || /^[1-9]\d{0,4}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new Error(`ssh_config has a Port for ${host} that is none: ${text}`);
}

function agentOf(said: string, expand: (path: string) => string): string | undefined {
  if (said === "none") return undefined;
  if (said === "SSH_AUTH_SOCK") return process.env.SSH_AUTH_SOCK || undefined;
  return said.startsWith("$") ? process.env[said.slice(1)] || undefined : expand(said);
}

const isPath = (file: string | false): file is string => file !== false;
