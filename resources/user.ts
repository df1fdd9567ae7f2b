import * as pulumi from "@pulumi/pulumi";
import type { UserInputs } from "../provider/user";
import type { Args } from "./args";

export type UserArgs = Args<UserInputs>;

/** A system user that runs the app. */
export class User extends pulumi.CustomResource {
  constructor(name: string, args: UserArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:User", name, args, opts);
  }
}
