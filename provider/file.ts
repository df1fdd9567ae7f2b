import { z } from "zod";
import { fill, unfill } from "../conf/template";
import { type Entry, entry, placeLink, putInPlace, remove, stage, temporary } from "./commands/files";
import { parsesWith } from "./commands/supervisor";
import type { Connected, Resource } from "./resource";
import { absolutePath, connectionSchema } from "./schema";

export interface FileInputs extends Connected {
  /** Absolute path on the host. A change replaces. */
  path: string;
  /** The text; `${secret:NAME}` stands for a secret. One of content and link is required. */
  content?: string;
  /** What is filled in for the placeholders of `content`, by name. */
  secrets?: Record<string, string>;
  /** Target of a symbolic link. */
  link?: string;
  /** Four octal digits. @default "0644" */
  mode: string;
  /** @default "root" */
  owner: string;
  /** @default "root" */
  group: string;
  /** Mode of the directory, where it has to be made. @default "0755" */
  directoryMode: string;
  /**
   * Proves the text before it is put in place: supervisord's own parser on the host reads it instead of the installed
   * conf at this path. A text that it refuses is an error, and the file stays as it was.
   */
  provenInsteadOf?: string;
}

const octal = z.string().regex(/^0[0-7]{3}$/, 'should be four octal digits, as in "0644"');

export const file: Resource<FileInputs, Entry> = {
  type: "host:index:File",
  schema: z
    .strictObject({
      connection: connectionSchema,
      path: absolutePath,
      content: z.string().optional(),
      secrets: z.record(z.string(), z.string()).optional(),
      link: z.string().min(1).optional(),
      mode: octal,
      owner: z.string().min(1),
      group: z.string().min(1),
      directoryMode: octal,
      provenInsteadOf: absolutePath.optional(),
    })
    .refine(({ content, link }) => (content === undefined) !== (link === undefined), {
      path: ["content"],
      message: "should be given, or link; not both",
    }),
  defaults: { mode: "0644", owner: "root", group: "root", directoryMode: "0755" },
  replaces: ["path"],
  ignores: ["directoryMode", "provenInsteadOf"],
  id: ({ connection, path }) => `${connection.host}:${path}`,
  async read(reader, { path }) {
    const current = await reader.read(entry(path));
    if (current?.kind === "other")
      throw new Error(`${reader.name}: ${path} is a ${current.what}, not a file: move it away`);
    return current;
  },
  observed: (inputs, current) => {
    if (current.kind === "link") return { ...inputs, content: undefined, link: current.target };
    if (current.kind === "other") return inputs;
    const { mode, owner, group, content } = current;
    const text = unfill(content, inputs.content ?? "", inputs.secrets ?? {});
    return { ...inputs, link: undefined, content: text, mode, owner, group };
  },
  outputs: () => ({}),
  plan: (desired, current) => {
    const { path, link, provenInsteadOf } = desired;
    if (link !== undefined) return current?.kind === "link" && current.target === link ? [] : [placeLink(path, link)];
    const content = fill(desired.content ?? "", desired.secrets ?? {});
    if (current?.kind === "file" && isAs(desired, current) && current.content === content) return [];
    const proof = provenInsteadOf === undefined ? [] : [parsesWith(temporary(path), provenInsteadOf)];
    return [stage(desired, content), ...proof, putInPlace(path)];
  },
  // Only if it is still ours: what somebody wrote there by hand stays.
  remove: (inputs, current) => {
    const ours =
      current.kind === "link"
        ? current.target === inputs.link
        : current.kind === "file" && current.content === fill(inputs.content ?? "", inputs.secrets ?? {});
    return ours ? [remove(inputs.path)] : [];
  },
};

const isAs = (desired: FileInputs, current: { mode: string; owner: string; group: string }): boolean =>
  (["mode", "owner", "group"] as const).every((key) => desired[key] === current[key]);
