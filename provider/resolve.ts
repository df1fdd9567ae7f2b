import { repositoryCache } from "../conf/layout";
import { packagesOf } from "../conf/venv/packages";
import { resolved } from "./commands/git";
import type { Question } from "./commands/source";
import type { Recipe } from "./commands/venv";
import type { Connection } from "./connection";
import type { Invoke } from "./provider";

export interface ResolveInputs extends Omit<Question, "cache"> {
  /** Hosts that may answer; the next one is asked where one can't be reached. */
  connections: Connection[];
}

export interface ResolveOutputs {
  /** Full hash. */
  commit: string;
  /** First line of its message. */
  subject: string;
  /** Commit that is checked out now, absent before the first release. */
  previous?: string;
  direction: "first" | "same" | "forward" | "rollback" | "diverged";
  /** `1a2b3c4 subject` of what the change brings (or takes back), newest first, at most 20 and a count. */
  commits: string[];
  /** How the environment is made. */
  recipe: Recipe;
  /** Texts of the dependency files that people write, by path. */
  files: Record<string, string>;
  /** Texts of those that tools write. */
  locks: Record<string, string>;
  /** Versions by name of the packages whose versions the files tell. */
  packages: Record<string, string>;
  /** Names the environment: interpreter version, manager and tools with their versions, options, dependency files. */
  digest: string;
  /** Version of the interpreter. */
  python: string;
  /** Absent where the commit has no such file. */
  conf?: string;
  alias?: string;
}

/** `host:index:resolve` */
export const resolve: Invoke = async (transport, args) => {
  const { connections, ...asked } = args as unknown as ResolveInputs;
  const cache = repositoryCache(asked.repository);
  let unreachable: unknown;
  for (const connection of connections) {
    const host = transport.host(connection);
    try {
      const answer = await host.read(resolved({ cache, ...asked }));
      if (typeof answer === "string") throw new Error(`${host.name}: ${answer}`);
      const { recipe, files, locks } = answer as unknown as Omit<ResolveOutputs, "packages">;
      return { ...answer, packages: packagesOf(recipe, { ...files, ...locks }) };
    } catch (error) {
      if (!transport.isConnectError(error)) throw error;
      unreachable = error;
    }
  }
  throw unreachable;
};
