import * as pulumi from "@pulumi/pulumi";
import type { ResolveInputs, ResolveOutputs } from "../provider/resolve";
import { resolve } from "../resources/resolve";
import type { Host } from "./host";

export type Source = ResolveOutputs;
export type SourceArgs = Omit<ResolveInputs, "connections">;

/**
 * What a ref stands for in this run: the commit, its dependency files, its conf and alias. Asked once per app, on the
 * first host that can be reached, so that all hosts get the same commit. Unknown in a preview until one of the hosts
 * has its packages.
 */
export function sourceOf(args: SourceArgs, hosts: readonly Host[]): pulumi.Output<Source> {
  const ready = async () => {
    const known = await Promise.all(hosts.map(({ packages }) => isKnown(packages.python)));
    return hosts.filter((_, i) => known[i]);
  };
  const answer = async () => {
    const usable = await ready();
    const connections = pulumi.unsecret(pulumi.output(usable.map((host) => host.connection)));
    // Chained to an output that is unknown, the answer is unknown too.
    if (usable.length === 0)
      return pulumi.output(hosts[0]!.packages.python).apply(() => undefined as unknown as Source);
    return connections.apply((them) => resolve({ ...args, connections: them as ResolveInputs["connections"] }));
  };
  return pulumi.output(answer()).apply((source) => source);
}

const isKnown = (output: pulumi.Output<unknown>): Promise<boolean> =>
  (output as unknown as { isKnown: Promise<boolean> }).isKnown;

/** What a run is about to do with the code, for the user; undefined where it does nothing. */
export function describe(
  app: string,
  ref: string,
  { direction, commit, previous, commits }: Source,
): string | undefined {
  const short = (hash = "") => hash.slice(0, 7);
  const list = commits.map((line) => `  ${line}`).join("\n");
  if (direction === "same") return undefined;
  if (direction === "first") return `${app}: first release, ${ref} at ${short(commit)}`;
  const range = `${app}: ${ref} ${short(previous)}..${short(commit)}`;
  if (direction === "rollback") return `${range}, a rollback; it takes back\n${list}`;
  if (direction === "diverged") return `${range}, the branch was rewritten\n${list}`;
  return `${range}\n${list}`;
}
