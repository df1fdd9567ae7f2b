import { z } from "zod";
import { type Checkout, checkout, fetch, giveTo, initialize, removeCheckout, setRepository } from "./commands/git";
import type { Connected, Resource } from "./resource";
import { absolutePath, connectionSchema, fullHash, userName } from "./schema";

export interface GitCheckoutInputs extends Connected {
  /** URL that the host can fetch from. A change points the checkout there. */
  repository: string;
  /** Full hash of the commit whose objects are to be on the host. */
  commit: string;
  /** Absolute path. A change makes another checkout; the old one goes when the release has left it. */
  path: string;
  /** Account that owns it. A change gives it to that account. */
  user: string;
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
  }),
  defaults: {},
  replaces: ["path"],
  id: ({ connection, path }) => `${connection.host}:${path}`,
  async read(reader, { path, commit }) {
    const found = await reader.read(checkout(path, commit));
    if (found?.kind === "other")
      throw new Error(`${reader.name}: ${path} is ${found.what}: move it away, or choose another path`);
    return found;
  },
  observed: (inputs, { hasCommit, owner, repository }) => ({
    ...inputs,
    repository,
    user: owner,
    commit: hasCommit ? inputs.commit : "not fetched",
  }),
  outputs: () => ({}),
  plan: ({ path, repository, user, commit }, current) => {
    if (current === undefined) return [initialize(path, repository, user), fetch(path, commit)];
    return [
      ...(current.owner === user ? [] : [giveTo(path, user)]),
      ...(current.repository === repository ? [] : [setRepository(path, repository)]),
      ...(current.hasCommit ? [] : [fetch(path, commit)]),
    ];
  },
  // Not under a release that still stands on it, and never a checkout that was there before us.
  remove: ({ path }, { ours, active }) => (ours && !active ? [removeCheckout(path)] : []),
};
