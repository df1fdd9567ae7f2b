/** What the plugin is made of: a table from type tokens to resources, and one transport. */
import { join } from "node:path";
import { lookOf } from "./commands/daemon";
import { file } from "./file";
import { gitCheckout } from "./gitCheckout";
import { packages } from "./packages";
import { Provider, type Transport } from "./provider";
import { release } from "./release";
import { resolve } from "./resolve";
import { ConnectError } from "./ssh/commandError";
import { Pool } from "./ssh/pool";
import { user } from "./user";
import { venv } from "./venv";

const directory = join(__dirname, "..", "node_modules", ".cache", "supervised", "looks");
const pool = new Pool({ directory, lookOf });
const transport: Transport = {
  host: (connection) => pool.host(connection),
  isConnectError: (error) => error instanceof ConnectError,
  report: () => pool.report(),
  close: () => pool.close(),
};
const resources = [packages, user, file, gitCheckout, venv, release];

/** Asked by resources/begin.ts as a program begins: that the engine has a plugin by then is all of the answer. */
const begin = async () => ({});
const invokes = { "host:index:begin": begin, "host:index:resolve": resolve };

export const provider = new Provider(resources, invokes, transport);
