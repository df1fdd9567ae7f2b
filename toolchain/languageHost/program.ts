import { createRequire } from "node:module";
import { join } from "node:path";
import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

/** `runtime.options` of Pulumi.yaml, as far as they apply here. */
export interface Options {
  typescript: boolean;
  tsconfig: string;
  nodeargs: string;
  packagemanager: string;
}

const defaults: Options = { typescript: true, tsconfig: "", nodeargs: "", packagemanager: "npm" };

export function optionsOf(info: ProgramInfo): Options {
  const given = (info.getOptions()?.toJavaScript() ?? {}) as Record<string, unknown>;
  for (const [key, value] of Object.entries(defaults)) {
    if (given[key] !== undefined && typeof given[key] !== typeof value)
      throw new Error(`runtime.options.${key} of Pulumi.yaml should be a ${typeof value}`);
  }
  return { ...defaults, ...given };
}

/** Words as a shell would split them, quotes removed. */
export const wordsOf = (text: string): string[] =>
  (text.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));

/** The part of the program's own SDK that runs it. */
export function locateRunner(directory: string): string {
  try {
    return createRequire(join(directory, "x.js")).resolve("@pulumi/pulumi/cmd/run");
  } catch {
    throw new Error(`@pulumi/pulumi is not installed in ${directory}: run npm install there`);
  }
}
