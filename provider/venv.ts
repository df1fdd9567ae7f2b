import { z } from "zod";
import { build, type Environment, environment, removeEnvironments } from "./commands/venv";
import type { Connected, Resource } from "./resource";
import { absolutePath, connectionSchema, userName } from "./schema";

export interface VenvInputs extends Connected {
  /** Directory of the app's environments, one per digest. A change replaces. */
  directory: string;
  /** Names the environment. A change builds another one beside the active one, which the release then switches to. */
  digest: string;
  /** Interpreter on the host. @default "python3" */
  python: string;
  /** Texts of the dependency files by path; what changed in them is seen in preview. */
  files: Record<string, string>;
  /** Which of the files pip is given; the others are included by them. */
  install: string[];
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

export const venv: Resource<VenvInputs, Environment> = {
  type: "host:index:Venv",
  schema: z.strictObject({
    connection: connectionSchema,
    directory: absolutePath,
    digest: z.string().regex(/^[0-9a-f]{16}$/, "should be 16 hexadecimal digits"),
    python: z.string().min(1),
    files: z.record(z.string(), z.string()),
    install: z.array(z.string()),
    user: userName,
    home: absolutePath,
    link: absolutePath,
    indexUrl: z.string().optional(),
  }),
  defaults: { python: "python3" },
  replaces: ["directory"],
  ignores: ["python", "user", "home", "link", "indexUrl", "install"],
  texts: ["files"],
  id: ({ connection, directory }) => `${connection.host}:${directory}`,
  read: (reader, inputs) => reader.read(environment(pathOf(inputs))),
  observed: (inputs, { digest, intact }) => ({ ...inputs, digest: intact ? digest : "changed by hand" }),
  outputs: (inputs) => ({ path: pathOf(inputs) }),
  plan: (desired, current) =>
    current?.intact && current.digest === desired.digest ? [] : [build({ ...desired, path: pathOf(desired) })],
  remove: ({ directory, link }) => [removeEnvironments(directory, link)],
};
