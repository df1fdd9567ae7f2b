import * as pulumi from "@pulumi/pulumi";
import { lintConf } from "../conf/program/lint";
import type { ProgramOptions } from "../conf/program/options";
import { encodeEnvironmentValue, renderProgram } from "../conf/program/write";
import { File } from "../resources/file";
import type { AppCheckout } from "./appCheckout";
import type { Host } from "./host";
import type { Source } from "./source";

export interface SupervisorConfArgs {
  app: string;
  host: Host;
  checkout: AppCheckout;
  source: pulumi.Output<Source>;
  /** Supervisor's options, rendered; or else `repositoryPath`. */
  options?: ProgramOptions;
  /** Path of the repository's own conf, e.g. `server/service.conf`. */
  repositoryPath?: string;
  /** Environment of the program; a value that is an output is a secret. */
  environment: Record<string, pulumi.Input<string>>;
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
    this.text = confText(args, this);
    this.secrets = confSecrets(args.environment);
    this.staged = new File(
      `${name}-next`,
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
