import { posix } from "node:path";
import { parse } from "ini";

/**
 * Where supervisord takes programs from: directory and suffix of the first pattern of `[include] files` that holds a
 * `*`; a relative pattern is relative to the main conf. Undefined where there is no such pattern.
 */
export function includedBy(mainConf: string, path: string): { directory: string; suffix: string } | undefined {
  const files: unknown = parse(mainConf).include?.files;
  const patterns = typeof files === "string" ? files.split(/\s+/) : [];
  const pattern = patterns.find((word) => /^[^*]*\/\*\.\w+$/.test(word) || /^\*\.\w+$/.test(word));
  if (pattern === undefined) return undefined;
  const absolute = posix.resolve(posix.dirname(path), pattern.replace("%(here)s", posix.dirname(path)));
  return { directory: posix.dirname(absolute), suffix: posix.basename(absolute).slice(1) };
}
