import * as pulumi from "@pulumi/pulumi";
import { renderCommand } from "../conf/alias";
import type { ReleaseInputs } from "../provider/release";
import type { Wired } from "../resources/args";
import { Release } from "../resources/release";
import { fileOf } from "./environment";
import type { Host } from "./host";
import type { ProfileAlias } from "./profileAlias";
import type { Source } from "./source";
import type { SupervisorConf } from "./supervisorConf";
import type { Venv } from "./venv";

export interface ServiceArgs {
  app: string;
  host: Host;
  /** The checkout. */
  path: string;
  source: pulumi.Output<Source>;
  venv: Venv;
  conf: SupervisorConf;
  /** @default no alias */
  alias?: ProfileAlias;
  /** false leaves the program stopped. */
  start: boolean;
  /** Done before the start. @default none */
  hooks: ReleaseInputs["hooks"];
  /** Environment of the program, which the hooks have too; a value that is an output is a secret. */
  environment: Record<string, pulumi.Input<string>>;
  /** Who reads the file that the environment is in. @default it is in the conf */
  environmentOwner?: string;
  /** What is not in git, outside of the checkout. @default none */
  shared?: ReleaseInputs["shared"];
  /** Local work in the checkout is kept aside and replaced, instead of a refusal. */
  overwriteLocalChanges: boolean;
  health?: ReleaseInputs["health"];
  /** Seconds to wait for another update of the app. */
  waitForLock: number;
  /** What `<app> update` on the host goes by. */
  update: Wired<ReleaseInputs["update"]>;
  /** Its place in the rollout over the app's hosts. */
  rollout: ReleaseInputs["rollout"];
}

/** The running app: the prepared commit, venv, conf and alias, put in place together or not at all. */
export class Service extends pulumi.ComponentResource {
  readonly release: Release;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { dependsOn, ...own } = opts ?? {};
    super("supervised:index:Service", name, {}, own);
    const { app, host, conf, alias } = args;
    this.release = new Release(
      `${name}-release`,
      {
        connection: host.connection,
        app,
        path: args.path,
        commit: args.source.commit,
        venv: args.venv.path,
        conf: conf.text,
        confSecrets: conf.secrets,
        confPath: host.confPath(app),
        ...(alias === undefined ? {} : { alias: alias.text, command: commandOf(app, host) }),
        start: args.start,
        hooks: args.hooks,
        hookEnvironment: hookEnvironment(args),
        ...environmentFile(args),
        shared: args.shared,
        overwriteLocalChanges: args.overwriteLocalChanges,
        health: args.health,
        waitForLock: args.waitForLock,
        update: args.update,
        rollout: args.rollout,
      },
      // Nothing is put in place on any host before everything is prepared on all of them.
      { parent: this, dependsOn },
    );
    this.registerOutputs({ commit: this.release.commit, state: this.release.state });
  }
}

function environmentFile({ environment, environmentOwner }: ServiceArgs) {
  if (environmentOwner === undefined) return {};
  const { text, secrets } = fileOf(environment);
  return { environmentFile: text, environmentSecrets: secrets, environmentOwner };
}

const commandOf = (app: string, host: Host): pulumi.Output<string> =>
  host.packages.supervisorctl.apply((supervisorctl) => renderCommand({ app, supervisorctl }));

/** Secret as a whole where a value is; nothing where nobody would read it. */
function hookEnvironment({ hooks, environment }: ServiceArgs): pulumi.Input<Record<string, string>> {
  if (hooks.length === 0) return {};
  const isSecret = Object.values(environment).some((value) => typeof value !== "string");
  const all = pulumi.all(environment) as pulumi.Output<Record<string, string>>;
  return isSecret ? pulumi.secret(all) : all;
}
