import { z } from "zod";
import { type Build, build, type Environment, environment, type Recipe, removeEnvironments } from "./commands/venv";
import type { Connected, Resource } from "./resource";
import { absolutePath, connectionSchema, recipeSchema, userName } from "./schema";

export interface VenvInputs extends Connected {
  /** Directory of the app's environments, one per digest. A change replaces. */
  directory: string;
  /** Names the environment. A change builds another one beside the active one, which the release then switches to. */
  digest: string;
  /** How it is made. */
  recipe: Recipe;
  /** Texts of the dependency files that people write, by path; what changed in them is seen in preview. */
  files: Record<string, string>;
  /** Texts of those that tools write; what changed in them is seen in `packages`. */
  locks: Record<string, string>;
  /** Versions by name of the packages whose versions the files tell, for the preview. */
  packages: Record<string, string>;
  /** Account that owns the environments and runs pip. */
  user: string;
  /** HOME of that account, for pip's cache. */
  home: string;
  /** Link to the active environment, which is never removed. */
  link: string;
  /** Package index; a secret where it carries credentials. @default the host's own pip settings */
  indexUrl?: string;
}

const pathOf = ({ directory, digest }: VenvInputs): string => `${directory}/${digest}`;

const buildOf = (inputs: VenvInputs): Build => {
  const { digest, user, home, recipe, files, locks, indexUrl } = inputs;
  return { path: pathOf(inputs), digest, user, home, recipe, files: { ...files, ...locks }, indexUrl };
};

export const venv: Resource<VenvInputs, Environment> = {
  type: "host:index:Venv",
  schema: z.strictObject({
    connection: connectionSchema,
    directory: absolutePath,
    digest: z.string().regex(/^[0-9a-f]{16}$/, "should be 16 hexadecimal digits"),
    recipe: recipeSchema,
    files: z.record(z.string(), z.string()),
    locks: z.record(z.string(), z.string()),
    packages: z.record(z.string(), z.string()),
    user: userName,
    home: absolutePath,
    link: absolutePath,
    indexUrl: z.string().optional(),
  }),
  defaults: { locks: {}, packages: {} },
  replaces: ["directory"],
  ignores: ["user", "home", "link", "indexUrl", "locks"],
  texts: ["files"],
  lists: ["packages"],
  id: ({ connection, directory }) => `${connection.host}:${directory}`,
  read: (reader, inputs) => reader.read(environment(pathOf(inputs))),
  observed: (inputs, { digest, intact }) => ({ ...inputs, digest: intact ? digest : "changed by hand" }),
  outputs: (inputs) => ({ path: pathOf(inputs) }),
  plan: (desired, current) => (current?.intact && current.digest === desired.digest ? [] : [build(buildOf(desired))]),
  remove: ({ directory, link }) => [removeEnvironments(directory, link)],
};
