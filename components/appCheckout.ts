import * as pulumi from "@pulumi/pulumi";
import type { Access } from "../provider/commands/source";
import type { Wired } from "../resources/args";
import { GitCheckout } from "../resources/gitCheckout";
import { User } from "../resources/user";
import type { Host } from "./host";
import type { Source } from "./source";

export interface AppCheckoutArgs {
  host: Host;
  /** URL that the host can fetch from. A change points the checkout there. */
  repository: string;
  source: pulumi.Output<Source>;
  /** Absolute path on the host. A change makes another checkout and moves the release to it. */
  path: string;
  /** Account that owns the checkout and runs the app. */
  user: string;
  /** HOME of that account. */
  home: string;
  /** Where the app is in the repository. @default the top */
  subdirectory?: string;
  /** How the host gets at the repository. @default as root's git does by itself */
  access?: Wired<Access>;
  /** Submodules are brought too. @default false */
  submodules?: boolean;
  /** What LFS has is brought too. @default false */
  lfs?: boolean;
}

/** The app's account and its checkout, with the objects of the commit on the host. */
export class AppCheckout extends pulumi.ComponentResource {
  readonly user: User;
  readonly checkout: GitCheckout;

  constructor(name: string, args: AppCheckoutArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supervised:index:AppCheckout", name, {}, opts);
    const { connection, packages } = args.host;
    this.user = new User(
      `${name}-user`,
      { connection, user: args.user, home: args.home },
      { parent: this, dependsOn: packages },
    );
    this.checkout = new GitCheckout(
      `${name}-git`,
      {
        connection,
        repository: args.repository,
        commit: args.source.commit,
        path: args.path,
        user: args.user,
        subdirectory: args.subdirectory,
        access: args.access,
        submodules: args.submodules,
        lfs: args.lfs,
      },
      { parent: this, dependsOn: [packages, this.user] },
    );
    this.registerOutputs({ commit: args.source.commit });
  }
}
