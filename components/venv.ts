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
  /** Account that owns it. */
  user: string;
  home: string;
  /** Packages come from a directory of the commit: it has to be fetched before. */
  wheelhouseInRepository: boolean;
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
    const fetched = args.wheelhouseInRepository ? [args.checkout.checkout] : [];
    this.venv = new VenvResource(
      `${name}-venv`,
      {
        connection: args.host.connection,
        directory: args.directory,
        digest: args.source.digest,
        recipe: args.source.recipe,
        files: args.source.files,
        locks: args.source.locks,
        packages: args.source.packages,
        user: args.user,
        home: args.home,
        link: args.link,
        indexUrl: args.indexUrl,
      },
      { parent: this, dependsOn: [args.host.packages, args.checkout.user, ...fetched] },
    );
    this.registerOutputs({ path: this.path });
  }
}
