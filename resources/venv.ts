import * as pulumi from "@pulumi/pulumi";
import type { VenvInputs } from "../provider/venv";
import type { Args } from "./args";

export type VenvArgs = Args<VenvInputs>;

/** One environment per digest of interpreter and dependency files. */
export class Venv extends pulumi.CustomResource {
  constructor(name: string, args: VenvArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:Venv", name, args, opts);
  }
}
