import { posix } from "node:path";

/**
 * Where the conf of a program goes: directory and suffix of the first pattern of supervisord's `[include] files` (absolute,
 * as the host expands them) that the name of any app fits, e.g. `/etc/supervisord.d/*.ini`. Undefined where there is none.
 */
export const includedBy = (patterns: readonly string[]): { directory: string; suffix: string } | undefined =>
  patterns
    .map((pattern) => /^((?:[^*?[]*\/)?)\*(\.[^*?[/]*)?$/.exec(pattern))
    .filter((match) => match !== null)
    .map(([, directory = "", suffix = ".conf"]) => ({ directory: posix.resolve(directory), suffix }))[0];
