import { z } from "zod";
import { layout, repositoryCache } from "../conf/layout";
import { type Checkout, checkout, fetch, giveTo, initialize, removeCheckout, setRepository } from "./commands/git";
import type { Access, Extras } from "./commands/source";
import type { Connected, Resource } from "./resource";
import { absolutePath, accessSchema, connectionSchema, fullHash, userName } from "./schema";

export interface GitCheckoutInputs extends Connected, Extras {
  /** URL that the host can fetch from. A change points the checkout there. */
  repository: string;
  /** Full hash of the commit whose objects are to be on the host. */
  commit: string;
  /** Absolute path. A change makes another checkout; the old one goes when the release has left it. */
  path: string;
  /** Account that owns it. A change gives it to that account. */
  user: string;
  /** Where the app is in it, whose link to its environment tells that a release stands on the checkout. @default the top */
  subdirectory?: string;
  /** How root gets at the repository. Not compared: a new key fetches nothing. @default as root's git does by itself */
  access?: Access;
}

type Found = Extract<Checkout, { kind: "checkout" }>;

export const gitCheckout: Resource<GitCheckoutInputs, Found> = {
  type: "host:index:GitCheckout",
  schema: z.strictObject({
    connection: connectionSchema,
    repository: z.string().min(1),
    commit: fullHash,
    path: absolutePath,
    user: userName,
    subdirectory: z.string().optional(),
    access: accessSchema.optional(),
    submodules: z.boolean().optional(),
    lfs: z.boolean().optional(),
  }),
  defaults: {},
  replaces: ["path"],
  ignores: ["access", "subdirectory"],
  id: ({ connection, path }) => `${connection.host}:${path}`,
  async read(reader, { path, commit, subdirectory }) {
    const found = await reader.read(checkout(path, commit, layout("", path, subdirectory).venvLink));
    if (found?.kind === "other")
      throw new Error(`${reader.name}: ${path} is ${found.what}: move it away, or choose another path`);
    return found;
  },
  observed: (inputs, found) => {
    if (found.untold !== undefined) return { ...inputs, user: found.owner, commit: `unknown: ${found.untold}` };
    const commit = isWhole(inputs, found) ? inputs.commit : "not fetched";
    return { ...inputs, repository: found.repository, user: found.owner, commit };
  },
  outputs: () => ({}),
  plan: (desired, current) => {
    const { path, repository, user } = desired;
    if (current === undefined) return [initialize(path, repository, user), fetch(delivery(desired))];
    return [
      ...(current.owner === user ? [] : [giveTo(path, user)]),
      ...(current.repository === repository ? [] : [setRepository(path, repository)]),
      ...(isWhole(desired, current) ? [] : [fetch(delivery(desired))]),
    ];
  },
  // Not under a release that still stands on it, and never a checkout that was there before us.
  remove: ({ connection, path }, { untold, ours, active }) => {
    if (untold !== undefined)
      throw new Error(`${connection.name ?? connection.host}: whose ${path} is can't be told: ${untold}`);
    return ours && !active ? [removeCheckout(path)] : [];
  },
};

const isWhole = (inputs: GitCheckoutInputs, { hasCommit, brought }: Found): boolean =>
  hasCommit && (["submodules", "lfs"] as const).every((extra) => !inputs[extra] || brought.includes(extra));

const delivery = ({ repository, commit, path, access, submodules, lfs }: GitCheckoutInputs) => ({
  cache: repositoryCache(repository),
  ...{ repository, commit, path, access, submodules, lfs },
});
