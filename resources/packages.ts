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
  /** Its main conf; undefined where it has none. */
  declare readonly mainConf: pulumi.Output<string | undefined>;
  /** What people type on the host in place of `supervisorctl`, as shell. */
  declare readonly supervisorctl: pulumi.Output<string | undefined>;
  /** Where supervisord takes its programs from. */
  declare readonly confDirectory: pulumi.Output<string>;
  /** What the name of a program's conf must end in. */
  declare readonly confSuffix: pulumi.Output<string>;

  constructor(name: string, args: PackagesArgs, opts?: pulumi.CustomResourceOptions) {
    const found = { mainConf: undefined, supervisorctl: undefined, confDirectory: undefined, confSuffix: undefined };
    const outputs = { supervisor: undefined, python: undefined, ...found };
    super("host:index:Packages", name, { ...args, ...outputs }, opts);
  }
}
