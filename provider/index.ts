/** The plugin `pulumi-resource-host`: a table from type tokens to resources, one transport, and the wire. */
import { file } from "./file";
import { gitCheckout } from "./gitCheckout";
import { packages } from "./packages";
import { Provider, type Transport } from "./provider";
import { release } from "./release";
import { resolve } from "./resolve";
import { serve } from "./server";
import { ConnectError } from "./ssh/commandError";
import { Pool } from "./ssh/pool";
import { user } from "./user";
import { venv } from "./venv";

const pool = new Pool();
const transport: Transport = {
  host: (connection) => pool.host(connection),
  isConnectError: (error) => error instanceof ConnectError,
  report: () => pool.report(),
  close: () => pool.close(),
};
const resources = [packages, user, file, gitCheckout, venv, release];
const provider = new Provider(resources, { "host:index:resolve": resolve }, transport);

// The engine ends a plugin with a signal; a killed engine can't, so the plugin watches its parent.
const parent = process.ppid;
setInterval(() => process.ppid === parent || void leave(), 1000).unref();
const leave = () => pool.close().finally(() => process.exit(0));

void serve(provider, process.argv.slice(2));
