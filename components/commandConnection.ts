import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import type { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../provider/connection";
import type { Address } from "./host";

type ConnectionArgs = types.input.remote.ConnectionArgs;
/** What is set is there: only single values of a connection may be outputs. */
type Given = { [K in keyof Connection]: pulumi.Input<NonNullable<Connection[K]>> };

/**
 * A connection as @pulumi/command takes it. That reads no ssh_config and no known_hosts, and goes through one proxy at
 * most; the settings are checked for what it needs.
 */
export function commandConnection(address: Address): ConnectionArgs {
  const proxy = address.proxy as Address | undefined;
  return { ...leg(address as Given), ...(proxy === undefined ? {} : { proxy: leg(proxy as Given) }) };
}

function leg({ host, port, user, privateKey, privateKeyFile, ...rest }: Given): Omit<ConnectionArgs, "proxy"> {
  const key = privateKey ?? (privateKeyFile === undefined ? undefined : keyIn(privateKeyFile));
  const { privateKeyPassword, password, agentSocketPath, hostKey } = rest;
  const secret = { privateKey: key, privateKeyPassword, password };
  return {
    host,
    port: port ?? 22,
    user: user ?? "root",
    agentSocketPath,
    hostKey,
    ...Object.fromEntries(Object.entries(secret).map(([name, value]) => [name, hidden(value)])),
  };
}

const hidden = (value: pulumi.Input<string> | undefined) => (value === undefined ? undefined : pulumi.secret(value));

/** The text of a key file: @pulumi/command takes no path. */
const keyIn = (path: pulumi.Input<string>): pulumi.Output<string> =>
  pulumi.output(path).apply((file) => readFileSync(file.replace(/^~(?=\/)/, homedir()), "utf8"));
