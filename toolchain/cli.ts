import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { buildFromSource, builtCli } from "./build";
import { download } from "./download";
import { compareVersions, versions } from "./versions";

/** A Pulumi CLI and how it was found. */
export interface Cli {
  /** The directory that goes to the front of PATH. */
  directory: string;
  /** One that we built: it can't download plugins, and trying costs seconds. */
  fromSource: boolean;
}

export type Say = (line: string) => void;

/** One way to a CLI: undefined where it does not lead to one. */
export type Way = (say: Say) => Promise<Cli | undefined>;

/** The first way that leads to a CLI. */
export async function findCli(say: Say = () => {}, ways: readonly Way[] = allWays): Promise<Cli> {
  for (const way of ways) {
    const cli = await way(say);
    if (cli !== undefined) return cli;
  }
  throw new Error("no Pulumi CLI could be had: install it by hand, see https://www.pulumi.com/docs/install/");
}

const release = (directory: string): Cli => ({ directory, fromSource: false });

/** (1) `pulumi` on PATH, with the language host beside it or on PATH too. */
const onPath: Way = async (say) => {
  const directories = (process.env.PATH ?? "").split(delimiter);
  const directory = directories.find((one) => existsSync(join(one, "pulumi")));
  if (directory === undefined) return undefined;
  if (![directory, ...directories].some((one) => existsSync(join(one, "pulumi-language-nodejs")))) {
    say(`pulumi in ${directory} has no pulumi-language-nodejs: looking on`);
    return undefined;
  }
  const { stdout, failed } = await execa(join(directory, "pulumi"), ["version"], { reject: false });
  if (failed || compareVersions(stdout, versions.oldestPulumi) < 0) {
    say(`pulumi in ${directory} is older than ${versions.oldestPulumi}: looking on`);
    return undefined;
  }
  return release(directory);
};

const pulumiHome = (): string => process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
const versionDirectory = (): string => join(pulumiHome(), "versions", versions.pulumi, "bin");

/** (2) Where the official launcher keeps its versions. */
const inPulumiHome: Way = async () => {
  const directory = versionDirectory();
  return existsSync(join(directory, "pulumi")) ? release(directory) : undefined;
};

/** Built by an earlier run. */
const builtBefore: Way = async () => {
  const directory = await builtCli();
  return directory === undefined ? undefined : { directory, fromSource: true };
};

/** (3) The official release, to where the next run finds it by (2). */
const official: Way = async (say) => {
  const binary = await download(versionDirectory(), say);
  return binary === undefined ? undefined : release(dirname(binary));
};

/** (4) A build from source, with our own language host: the official one can't be had from Go's module proxy. */
const source: Way = async (say) => ({ directory: await buildFromSource(say), fromSource: true });

export const allWays: readonly Way[] = [onPath, inPulumiHome, builtBefore, official, source];
