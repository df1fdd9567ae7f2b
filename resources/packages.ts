import * as pulumi from "@pulumi/pulumi";
import type { PackagesInputs } from "../provider/packages";
import type { Args } from "./args";

export type PackagesArgs = Args<PackagesInputs, "supervisord">;

/** Debian packages that are present, and a supervisord that answers. */
export class Packages extends pulumi.CustomResource {
  /** Version of supervisord. */
  declare readonly supervisor: pulumi.Output<string>;
  /** Version of python3. */
  declare readonly python: pulumi.Output<string>;
  /** Where supervisord takes its programs from. */
  declare readonly confDirectory: pulumi.Output<string>;
  /** What the name of a program's conf must end in. */
  declare readonly confSuffix: pulumi.Output<string>;

  constructor(name: string, args: PackagesArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { supervisor: undefined, python: undefined, confDirectory: undefined, confSuffix: undefined };
    super("host:index:Packages", name, { ...args, ...outputs }, opts);
  }
}
