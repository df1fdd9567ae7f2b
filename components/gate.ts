import * as pulumi from "@pulumi/pulumi";

/**
 * A resource of the engine's own that stands for many others in the order of a run: what comes after it names it alone.
 * Would each of n releases name all that was prepared on n hosts, the state would grow with the square of n.
 */
export const gate = (name: string, before: readonly pulumi.Resource[]): pulumi.Resource =>
  new pulumi.Stash(name, { input: "what comes before is done" }, { dependsOn: [...before] });
