import * as pulumi from "@pulumi/pulumi";
import type { ProgramOptions } from "../conf/program/options";
import { encodeEnvironmentValue, type Program, renderProgram } from "../conf/program/write";
import { File } from "../resources/file";
import type { AppCheckout } from "./appCheckout";
import { encodedSecrets, partsOf } from "./environment";
import type { Host } from "./host";
import type { Source } from "./source";

export interface SupervisorConfArgs {
  app: string;
  host: Host;
  checkout: AppCheckout;
  /** Absolute path of the app in its checkout: relative commands and directories are below it. */
  path: string;
  /** Account that runs the program, unless `options.user` says otherwise. */
  user: string;
  /** HOME of that account. */
  home: string;
  /** Its log, unless `options.stdout_logfile` says otherwise. */
  log: string;
  source: pulumi.Output<Source>;
  /** Supervisor's options, rendered; or else `repositoryPath`. */
  options?: ProgramOptions;
  /** Path of the repository's own conf, e.g. `server/service.conf`. */
  repositoryPath?: string;
  /** Environment of the program; a value that is an output is a secret. */
  environment: Record<string, pulumi.Input<string>>;
  /** A file that the program has its environment from. @default `environment=` of the conf */
  environmentFile?: string;
  /** Directory of staged texts. */
  next: string;
  /** Whether the program is to run: a stopped one must not start at a boot or an update either. */
  start: boolean;
}

/** The conf of the program: rendered or the repository's own, linted, staged, and proven by supervisord's parser. */
export class SupervisorConf extends pulumi.ComponentResource {
  /** The text, with placeholders for secrets. */
  readonly text: pulumi.Output<string>;
  readonly secrets: pulumi.Output<Record<string, string>>;
  readonly staged: File;

  constructor(name: string, args: SupervisorConfArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supervised:index:SupervisorConf", name, {}, opts);
    this.text = confText(args);
    this.secrets = confSecrets(args);
    this.staged = new File(
      `${name}-conf`,
      {
        connection: args.host.connection,
        path: `${args.next}/service.conf`,
        content: this.text,
        secrets: this.secrets,
        mode: "0600",
        directoryMode: "0700",
        provenInsteadOf: args.host.confPath(args.app),
      },
      { parent: this, dependsOn: [args.host.packages, args.checkout.user] },
    );
    this.registerOutputs({ text: this.text });
  }
}

/** Rendered from the settings alone, or as it is in the commit. */
const confText = (args: SupervisorConfArgs): pulumi.Output<string> =>
  args.options === undefined
    ? args.source.apply(({ conf }) => conf ?? "")
    : pulumi.output(renderProgram(programOf(args, args.options)));

function programOf(args: SupervisorConfArgs, options: ProgramOptions): Program {
  const { app, path, user, home, log, start, environment, environmentFile } = args;
  const { plain, secretNames } = partsOf(environment);
  return {
    name: app,
    options,
    checkout: path,
    user,
    log,
    start,
    environmentFile,
    account: accountOf(options.user ?? user, user, home),
    environment: plain,
    secretNames,
  };
}

/** Supervisor changes the account and leaves the names of root. Of an account that is not the app's own we know no home. */
const accountOf = (runs: string, user: string, home: string): Record<string, string> => ({
  ...(/^\d+$/.test(runs) ? {} : { USER: runs, LOGNAME: runs }),
  ...(runs === user ? { HOME: home } : {}),
});

/** The values as the conf spells them, by the names of their placeholders. */
const confSecrets = ({ environment, environmentFile }: SupervisorConfArgs): pulumi.Output<Record<string, string>> =>
  environmentFile === undefined
    ? encodedSecrets(environment, encodeEnvironmentValue)
    : encodedSecrets({}, encodeEnvironmentValue);
