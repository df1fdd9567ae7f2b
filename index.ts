/** The program: settings → hosts and apps → outputs. */

import { begin } from "./resources/begin";

export = async () => {
  await begin();
  const { deploy } = await import("./components/deploy.js");
  const { Host } = await import("./components/host.js");
  const { loadSettings } = await import("./settings/index.js");

  const settings = loadSettings();

  const hosts = Object.fromEntries(
    Object.entries(settings.hosts).map(([name, { packages, ...connection }]) => [
      name,
      new Host(name, { connection: { ...connection, name }, packages }),
    ]),
  );

  const apps = await Promise.all(
    Object.entries(settings.apps).map(async ([name, app]) => {
      const on = app.hosts.map((host) => hosts[host]!);
      return [name, await deploy(name, app, on)] as const;
    }),
  );
  /** By app, then by host: URL, commit, state of the processes, path of the conf. */
  return { apps: Object.fromEntries(apps) };
};
