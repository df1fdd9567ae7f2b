import * as pulumi from "@pulumi/pulumi";
import { layout, repositoryCache } from "../conf/layout";
import type { Release } from "../resources/release";
import type { AppSettings } from "../settings";
import { AppCheckout } from "./appCheckout";
import { remoteHooks } from "./hooks";
import type { Host } from "./host";
import { ProfileAlias } from "./profileAlias";
import { Service, type ServiceArgs } from "./service";
import type { Source } from "./source";
import { SupervisorConf } from "./supervisorConf";
import { Venv } from "./venv";

export interface WebAppArgs {
  app: string;
  host: Host;
  settings: AppSettings;
  /** The commit and its files: one answer for all hosts of the app. */
  source: pulumi.Output<Source>;
}

/** What a user wants to know of an app on a host. */
export interface WebAppOutputs {
  /** Where the app answers, as far as the settings tell. */
  url?: string;
  commit: pulumi.Output<string>;
  /** State of its processes in supervisor's words. */
  state: pulumi.Output<string>;
  confPath: pulumi.Output<string>;
}

/** One app on one host. Everything that can be prepared is, while the old version serves; `release` comes after. */
export class WebApp extends pulumi.ComponentResource {
  readonly checkout: AppCheckout;
  readonly venv: Venv;
  readonly conf: SupervisorConf;
  readonly alias: ProfileAlias | undefined;
  readonly #name: string;

  constructor(
    readonly args: WebAppArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { app, host, settings, source } = args;
    const name = `${app}-${host.label}`;
    const { protect } = settings;
    super("supervised:index:WebApp", name, {}, { ...opts, protect, aliases: namesBefore(args) });
    this.#name = name;
    const { path, root, user, home, next, venvs, venvLink, log, environment } = placesOf(app, settings);
    // All of it is protected with it, but what the settings may say no to any day.
    const child = { parent: this };
    const free = { parent: this, protect: false };
    const { indexUrl, wheelhouse } = settings.dependencies;

    this.checkout = new AppCheckout(
      name,
      { host, source, repository: settings.repository, path, user, home, ...fetchedBy(settings) },
      child,
    );
    this.venv = new Venv(
      name,
      {
        host,
        source,
        checkout: this.checkout,
        directory: venvs,
        link: venvLink,
        wheelhouseInRepository: wheelhouse !== undefined && !wheelhouse.startsWith("/"),
        user,
        home,
        indexUrl,
      },
      child,
    );
    this.conf = new SupervisorConf(
      name,
      {
        app,
        host,
        source,
        checkout: this.checkout,
        path: root,
        user,
        home,
        log,
        next,
        options: settings.program,
        repositoryPath: settings.conf,
        environment: settings.environment,
        environmentFile: settings.environmentFile ? environment : undefined,
        start: settings.start,
      },
      child,
    );
    this.alias =
      settings.alias === false
        ? undefined
        : new ProfileAlias(name, { app, host, source, repositoryPath: aliasPath(settings), next }, free);
    this.registerOutputs({});
  }

  /** What has to be done before any host is switched over. */
  get prepared(): pulumi.Resource[] {
    const staged = [this.conf.staged, ...(this.alias === undefined ? [] : [this.alias.staged])];
    return [this.checkout.checkout, this.venv.venv, ...staged];
  }

  /** Switches over, after what was prepared here and what has to be done on other hosts before it. */
  release(before: pulumi.Resource[], rollout: ServiceArgs["rollout"]): Release {
    const { app, host, settings, source } = this.args;
    const { path, user } = placesOf(app, settings);
    const { venv, conf, alias } = this;
    const { start, health, waitForLock, environment, overwriteLocalChanges } = settings;
    const hooks = settings.hooks.beforeStart;
    const update = updateSource(app, settings);
    const environmentOwner = settings.environmentFile ? (settings.program?.user ?? user) : undefined;
    const shared = sharedOf(app, settings);
    const wanted = { start, hooks, environment, environmentOwner, shared, overwriteLocalChanges, health, waitForLock };
    const args = { app, host, path, source, venv, conf, alias, update, rollout, ...wanted };
    return new Service(this.#name, args, { parent: this, dependsOn: [...this.prepared, ...before] }).release;
  }

  async hooksAfter(hooks: AppSettings["hooks"]["afterUpdate"], before: pulumi.Resource[]): Promise<void> {
    const { app, host, settings, source } = this.args;
    const { root, venvLink, user, home } = placesOf(app, settings);
    const { environment } = settings;
    const args = { app, commit: source.commit, hooks, host, path: root, venv: venvLink, user, home, environment };
    await remoteHooks(args, { parent: this, protect: false, dependsOn: before });
  }

  outputs({ commit, state }: Release): WebAppOutputs {
    const { app, host } = this.args;
    return { url: urlOf(this.args), commit, state, confPath: host.confPath(app) };
  }
}

/** Paths and accounts of an app, with their defaults. */
export function placesOf(app: string, { path, user, subdirectory }: AppSettings) {
  const places = layout(app, path, subdirectory);
  return { ...places, path: places.checkout, user: user ?? app };
}

/** All but the index, which may be a secret. */
export const dependenciesOf = ({ dependencies: { indexUrl: _, ...dependencies } }: AppSettings) => dependencies;

function sharedOf(app: string, settings: AppSettings): ServiceArgs["shared"] {
  const { shared } = settings;
  if (shared === undefined) return undefined;
  const { user, state } = placesOf(app, settings);
  const files = shared.files.map((one) => (typeof one === "string" ? { path: one, required: true } : one));
  return {
    path: shared.path ?? `${state}/shared`,
    user,
    directories: shared.directories,
    files: files.map(({ path }) => path),
    required: files.filter(({ required }) => required).map(({ path }) => path),
    delete: shared.deleteWithApp ?? false,
  };
}

/** How the hosts get at the repository; undefined where root's git does by itself. */
export function accessOf({ deployKey, token, tokenUser, repositoryHostKey, forwardAgent }: AppSettings) {
  const access = { deployKey, token, tokenUser, repositoryHostKey, forwardAgent };
  return Object.values(access).some((value) => value !== undefined && value !== false) ? access : undefined;
}

/** The same for all who fetch; what is not asked for is left out, as in states of before. */
const fetchedBy = (settings: AppSettings) => ({
  subdirectory: settings.subdirectory,
  access: accessOf(settings),
  submodules: settings.submodules || undefined,
  lfs: settings.lfs || undefined,
});

export const aliasPath = ({ alias }: AppSettings): string | undefined =>
  typeof alias === "string" ? alias : undefined;

/** The children are named after the app: an app that was renamed has children of the old name to take over. */
const namesBefore = ({ settings, host }: WebAppArgs): pulumi.Alias[] =>
  settings.renamedFrom === undefined ? [] : [{ name: `${settings.renamedFrom}-${host.label}` }];

function updateSource(app: string, settings: AppSettings) {
  const { repository, ref, conf, dependencies, keepReleases } = settings;
  const { venvs, user, home } = placesOf(app, settings);
  return {
    cache: repositoryCache(repository),
    repository,
    ref,
    dependencies: dependenciesOf(settings),
    conf,
    alias: aliasPath(settings),
    venvs,
    user,
    home,
    keep: keepReleases,
    indexUrl: dependencies.indexUrl,
    ...fetchedBy(settings),
  };
}

/** As the settings say; else where the health check asks, at the host's address, if that is one for everybody. */
function urlOf({ host, settings }: WebAppArgs): string | undefined {
  if (settings.url !== undefined || settings.health === undefined) return settings.url;
  const { host: address, proxy } = host.connection;
  // A single word is an alias of somebody's ssh_config, and what is behind a proxy has no address here.
  if (typeof address !== "string" || !/[.:]/.test(address) || proxy !== undefined) return undefined;
  const { protocol, port } = new URL(settings.health.url);
  const name = address.includes(":") ? `[${address}]` : address;
  return `${protocol}//${name}${port === "" ? "/" : `:${port}/`}`;
}
