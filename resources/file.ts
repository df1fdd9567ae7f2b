import * as pulumi from "@pulumi/pulumi";
import type { FileInputs } from "../provider/file";
import type { Args } from "./args";

export type FileArgs = Args<FileInputs, "mode" | "owner" | "group" | "directoryMode">;

/** A file or link with exactly this content, mode and owner. */
export class File extends pulumi.CustomResource {
  constructor(name: string, args: FileArgs, opts?: pulumi.CustomResourceOptions) {
    super("host:index:File", name, args, opts);
  }
}
