import * as pulumi from "@pulumi/pulumi";
import { Venv as VenvResource } from "../resources/venv";
import type { AppCheckout } from "./appCheckout";
import type { Host } from "./host";
import type { Source } from "./source";

export interface VenvArgs {
  host: Host;
  checkout: AppCheckout;
  source: pulumi.Output<Source>;
  /** Directory with one environment per digest. */
  directory: string;
  /** Where the app finds its active environment. */
  link: string;
  /** Interpreter on the host. A change builds another environment. */
  python: string;
  /** Account that owns it. */
  user: string;
  home: string;
  /** Which of the dependency files pip is given; what they include comes with them. */
  files: string[];
  /** Package index; may carry credentials, then it is a secret. @default the host's own pip settings */
  indexUrl?: pulumi.Input<string>;
}

/** The environment of this commit's dependency files, built beside the active one while that serves. */
export class Venv extends pulumi.ComponentResource {
  readonly path: pulumi.Output<string>;
  readonly venv: VenvResource;

  constructor(name: string, args: VenvArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supervised:index:Venv", name, {}, opts);
    this.path = pulumi.interpolate`${args.directory}/${args.source.digest}`;
    this.venv = new VenvResource(
      `${name}-venv`,
      {
        connection: args.host.connection,
        directory: args.directory,
        digest: args.source.digest,
        python: args.python,
        files: args.source.files,
        install: args.files,
        user: args.user,
        home: args.home,
        link: args.link,
        indexUrl: args.indexUrl,
      },
      { parent: this, dependsOn: [args.host.packages, args.checkout.user] },
    );
    this.registerOutputs({ path: this.path });
  }
}
