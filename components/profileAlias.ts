import * as pulumi from "@pulumi/pulumi";
import { renderAlias } from "../conf/alias";
import { File } from "../resources/file";
import type { Host } from "./host";
import type { Source } from "./source";

export interface ProfileAliasArgs {
  app: string;
  host: Host;
  source: pulumi.Output<Source>;
  /** Path of the repository's own alias file, e.g. `server/alias.sh`. @default rendered */
  repositoryPath?: string;
  /** Directory of staged texts. */
  next: string;
}

/** `exampleapp start|stop|…` for login shells: rendered or the repository's own, and staged. */
export class ProfileAlias extends pulumi.ComponentResource {
  readonly text: pulumi.Output<string>;
  readonly staged: File;

  constructor(name: string, args: ProfileAliasArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supervised:index:ProfileAlias", name, {}, opts);
    this.text = aliasText(args);
    this.staged = new File(
      `${name}-alias`,
      {
        connection: args.host.connection,
        path: `${args.next}/alias.sh`,
        content: this.text,
        directoryMode: "0700",
      },
      { parent: this, dependsOn: args.host.packages },
    );
    this.registerOutputs({ text: this.text });
  }
}

const aliasText = ({ app, repositoryPath, source }: ProfileAliasArgs): pulumi.Output<string> =>
  repositoryPath === undefined ? pulumi.output(renderAlias({ app })) : source.apply(({ alias }) => alias ?? "");
