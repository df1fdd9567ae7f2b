import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../provider/connection";
import type { Wired } from "../resources/args";
import { Packages } from "../resources/packages";

/** A connection, any field of which may be an output. */
export type Address = { [K in keyof Connection]: Wired<Connection[K]> };

export interface HostArgs {
  /** How the host is reached. A changed `host` replaces everything on it, other changes are verified over the new way. */
  connection: Address;
  /** More Debian packages than `basePackages`, e.g. libraries that a Python package needs. @default none */
  packages?: string[];
}

/** What every host needs: the code, its environment and its processes stand on these. */
export const basePackages = ["git", "python3", "python3-venv", "supervisor"];

/** A machine: the connection, its packages, and a supervisord that answers. */
export class Host extends pulumi.ComponentResource {
  readonly connection: Address;
  readonly packages: Packages;

  constructor(
    readonly label: string,
    args: HostArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("supervised:index:Host", label, {}, opts);
    this.connection = args.connection;
    const packages = [...new Set([...basePackages, ...(args.packages ?? [])])].sort();
    this.packages = new Packages(`${label}-packages`, { connection: args.connection, packages }, { parent: this });
    this.registerOutputs({ supervisor: this.packages.supervisor, python: this.packages.python });
  }

  /** Where supervisord looks for the conf of a program. */
  confPath(program: string): pulumi.Output<string> {
    return pulumi.interpolate`${this.packages.confDirectory}/${program}${this.packages.confSuffix}`;
  }
}
