/** The plugin `pulumi-resource-host`, as the engine starts it. */
import { serve } from "./server";

const server = serve(async () => (await import("./plugin.js")).provider, process.argv.slice(2));

// The engine ends a plugin with a signal; a killed engine can't, so the plugin watches its parent.
const parent = process.ppid;
setInterval(() => process.ppid === parent || void leave(), 1000).unref();
const leave = () => server.then((one) => one.close()).finally(() => process.exit(0));
