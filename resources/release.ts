import * as pulumi from "@pulumi/pulumi";
import type { ReleaseInputs } from "../provider/release";
import type { Args } from "./args";

export type ReleaseArgs = Args<ReleaseInputs>;

/** The activated commit, venv, conf and alias of an app: put in place together, or not at all. */
export class Release extends pulumi.CustomResource {
  /** The commit that is active on the host. */
  declare readonly commit: pulumi.Output<string>;
  /** State of the processes in supervisor's words, e.g. `RUNNING`. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: ReleaseArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:Release", name, { ...args, state: undefined }, opts);
  }
}
