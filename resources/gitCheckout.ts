import * as pulumi from "@pulumi/pulumi";
import type { GitCheckoutInputs } from "../provider/gitCheckout";
import type { Args } from "./args";

export type GitCheckoutArgs = Args<GitCheckoutInputs>;

/** A checkout that has the commit's objects; the working tree is the release's. */
export class GitCheckout extends pulumi.CustomResource {
  constructor(name: string, args: GitCheckoutArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:GitCheckout", name, args, opts);
  }
}
