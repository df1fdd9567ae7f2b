import * as pulumi from "@pulumi/pulumi";
import { lintConf } from "../conf/program/lint";
import type { Access } from "../provider/commands/source";
import type { ResolveInputs, ResolveOutputs } from "../provider/resolve";
import type { Wired } from "../resources/args";
import { clearError } from "../resources/clearError";
import { resolve } from "../resources/resolve";
import type { Host } from "./host";

export type Source = ResolveOutputs;
export type SourceArgs = Omit<ResolveInputs, "connections" | "access"> & { access?: Wired<Access> };

/**
 * What a ref stands for in this run: the commit, its dependency files, its conf and alias. Asked once per app, on the
 * first host that can be reached, so that all hosts get the same commit. Undefined in a preview while none of the hosts
 * has its packages. Awaited, so that a wrong ref or conf ends the program with one clear error.
 */
export async function sourceOf(args: SourceArgs, hosts: readonly Host[]): Promise<Source | undefined> {
  const known = await Promise.all(hosts.map(({ packages }) => isKnown(packages.python)));
  const usable = hosts.filter((_, i) => known[i]);
  if (usable.length === 0) return undefined;
  const asked = pulumi.output({ connections: usable.map((host) => host.connection), access: args.access });
  const { connections, access } = (await promised(pulumi.unsecret(asked))) as Pick<
    ResolveInputs,
    "connections" | "access"
  >;
  return resolve({ ...args, connections, access });
}

/** The source as the resources take it; without one it is as unknown as the packages of a host that has none yet. */
export const outputOf = (source: Source | undefined, hosts: readonly Host[]): pulumi.Output<Source> =>
  source === undefined ? hosts[0]!.packages.python.apply(() => undefined as unknown as Source) : pulumi.output(source);

/** Ends the program where the commit lacks what the settings name, or brings a conf that would harm the host. */
export function checkSource(
  app: string,
  asked: Pick<SourceArgs, "conf" | "alias">,
  start: boolean,
  source: Source,
): void {
  const commit = `commit ${source.commit.slice(0, 7)}`;
  for (const kind of ["conf", "alias"] as const) {
    if (asked[kind] !== undefined && source[kind] === undefined)
      throw clearError(`apps.${app}.${kind}: ${asked[kind]} is not in ${commit}`);
  }
  if (asked.conf === undefined || source.conf === undefined) return;
  const findings = lintConf(source.conf, app, start);
  const tell = (level: "error" | "warning", verdict: string): string | undefined => {
    const lines = findings.filter((found) => found.level === level);
    if (lines.length === 0) return undefined;
    const list = lines.map(({ line, message }) => `  line ${line}: ${message}`);
    return [`apps.${app}.conf: ${asked.conf} of ${commit} ${verdict}:`, ...list].join("\n");
  };
  const warnings = tell("warning", "has");
  if (warnings !== undefined) void pulumi.log.warn(warnings);
  const errors = tell("error", "can't be used");
  if (errors !== undefined) throw clearError(errors);
}

const promised = <T>(output: pulumi.Output<T>): Promise<T> =>
  (output as unknown as { promise(): Promise<T> }).promise();

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
