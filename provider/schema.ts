import { z } from "zod";
import type { Access } from "./commands/source";
import type { Connection } from "./connection";

/** The connection as every resource checks it; which of the fields fit together is checked where one connects. */
export const connectionSchema: z.ZodType<Connection> = z.lazy(() =>
  z.strictObject({
    name: z.string().optional(),
    host: z.string().min(1),
    port: z.int().min(1).max(65535).optional(),
    user: z.string().min(1).optional(),
    privateKey: z.string().optional(),
    privateKeyFile: z.string().optional(),
    privateKeyPassword: z.string().optional(),
    password: z.string().optional(),
    agentSocketPath: z.string().optional(),
    hostKey: z.string().optional(),
    knownHosts: z.string().optional(),
    sshConfig: z.union([z.string(), z.literal(false)]).optional(),
    become: z.literal("sudo").optional(),
    becomePassword: z.string().optional(),
    proxy: connectionSchema.optional(),
    connectTimeout: z.number().positive().optional(),
    commandTimeout: z.number().positive().optional(),
    silenceTimeout: z.number().positive().optional(),
    keepaliveInterval: z.number().positive().optional(),
  }),
);

export const accessSchema: z.ZodType<Access> = z.strictObject({
  deployKey: z.string().optional(),
  token: z.string().optional(),
  tokenUser: z.string().optional(),
  repositoryHostKey: z.string().optional(),
  forwardAgent: z.boolean().optional(),
});

export const absolutePath = z.string().regex(/^\/[^\0\n]*[^/\0\n]$/, "should be an absolute path");
export const fullHash = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, "should be a full commit hash");
export const userName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, "should be the name of a Linux user");

const texts = z.array(z.string());

/** What the settings say of an app's dependencies. */
export const dependenciesSchema = z.strictObject({
  manager: z.string().optional(),
  files: texts.optional(),
  python: z.string(),
  installer: z.string().optional(),
  extras: texts,
  groups: texts,
  wheelhouse: z.string().optional(),
  managedPython: z.boolean(),
});

/** How an environment is made. */
export const recipeSchema = z.strictObject({
  manager: z.string(),
  installer: z.string(),
  python: z.string().min(1),
  managedPython: z.boolean(),
  extras: texts,
  groups: texts,
  install: texts,
  wheelhouse: z
    .strictObject({ path: z.string().optional(), checkout: z.string().optional(), tree: z.string().optional() })
    .optional(),
});
