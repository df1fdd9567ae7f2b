/** The program: settings → hosts and apps → outputs. */
import { Host } from "./components/host";
import { deploy } from "./components/webApp";
import { loadSettings } from "./settings";

const settings = loadSettings();

const hosts = Object.fromEntries(
  Object.entries(settings.hosts).map(([name, { packages, ...connection }]) => [
    name,
    new Host(name, { connection: { ...connection, name }, packages }),
  ]),
);

/** By app, then by host: URL, commit, state of the processes, path of the conf. */
export const apps = Object.fromEntries(
  Object.entries(settings.apps).map(([name, app]) => [
    name,
    deploy(
      name,
      app,
      app.hosts.map((host) => hosts[host]!),
    ),
  ]),
);
