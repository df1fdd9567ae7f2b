import { z } from "zod";
import type { ReleaseInputs } from "./release";
import { absolutePath, accessSchema, connectionSchema, dependenciesSchema, fullHash, userName } from "./schema";

/** The inputs of a release as they are checked. */
export const schema: z.ZodType<ReleaseInputs> = z.strictObject({
  connection: connectionSchema,
  app: z.string().min(1),
  path: absolutePath,
  commit: fullHash,
  venv: absolutePath,
  conf: z.string().min(1),
  confSecrets: z.record(z.string(), z.string()),
  confPath: absolutePath,
  alias: z.string().optional(),
  command: z.string().optional(),
  start: z.boolean(),
  hooks: z.array(z.strictObject({ name: z.string(), command: z.string(), timeout: z.number().positive() })),
  hookEnvironment: z.record(z.string(), z.string()),
  environmentFile: z.string().optional(),
  environmentSecrets: z.record(z.string(), z.string()).optional(),
  environmentOwner: z.string().optional(),
  shared: z
    .strictObject({
      path: absolutePath,
      user: userName,
      directories: z.array(z.string()),
      files: z.array(z.string()),
      required: z.array(z.string()),
      delete: z.boolean(),
    })
    .optional(),
  overwriteLocalChanges: z.boolean(),
  health: z
    .strictObject({ url: z.url(), status: z.int(), text: z.string().optional(), timeout: z.number().positive() })
    .optional(),
  waitForLock: z.number().min(0),
  update: z.strictObject({
    cache: absolutePath,
    repository: z.string(),
    ref: z.string(),
    dependencies: dependenciesSchema,
    conf: z.string().optional(),
    alias: z.string().optional(),
    venvs: absolutePath,
    user: userName,
    home: absolutePath,
    keep: z.int(),
    indexUrl: z.string().optional(),
    subdirectory: z.string().optional(),
    submodules: z.boolean().optional(),
    lfs: z.boolean().optional(),
    access: accessSchema.optional(),
  }),
  rollout: z.strictObject({ pause: z.number().min(0), onFailure: z.enum(["stop", "rollBack"]) }),
});
