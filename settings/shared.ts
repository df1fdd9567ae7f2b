import { posix } from "node:path";
import { z } from "zod";
import { isMap, type Problem } from "./problems";
import { inRepository, yesOrNo } from "./values";

const inApp = inRepository("uploads").refine((path) => posix.normalize(path) === path && !/\/$|^\.$/.test(path), {
  message: "should be a plain path below the app, as in uploads",
});

const file = z.union(
  [inApp, z.strictObject({ path: inApp, required: yesOrNo.default(true) })],
  "should be a path below the app, as in .env, or a map of path and required",
);

/** What of an app is not in git, and outlives its releases. */
export const sharedSchema = z.strictObject({
  directories: z
    .array(inApp, { error: "should be a list of directories" })
    .default([])
    .describe("Directories below the app, as in uploads; made where they are missing."),
  files: z
    .array(file, { error: "should be a list of files" })
    .default([])
    .describe("Files below the app, as in .env. They have to be there, but for one with `required: false`."),
  path: z
    .string({ error: "should be an absolute path" })
    .regex(/^\/(?!.*(^|\/)\.\.?(\/|$))[^\0\n]*[^/\0\n]$/, "should be an absolute path")
    .optional()
    .describe("Where they are on the host. Default `/var/lib/supervised/<app>/shared`. A change moves them."),
  deleteWithApp: yesOrNo.optional().describe("They go when the app is removed from the host. Default false."),
});

/** Places that belong to somebody already, or to each other. */
export function sharedProblems(name: string, given: Record<string, unknown>): Problem[] {
  const { shared, path = `/opt/${name}` } = given;
  if (!isMap(shared)) return [];
  const listed = ["directories", "files"].flatMap((key) => {
    const list = shared[key];
    return Array.isArray(list)
      ? list.map((one, i): [string, unknown] => [`${key}[${i}]`, isMap(one) ? one.path : one])
      : [];
  });
  const named = listed.filter((one): one is [string, string] => typeof one[1] === "string");
  const problems = named.flatMap(([at, one], i): [string, string][] => {
    if (/^(venv|\.git)(\/|$)/.test(one)) return [[at, `should not be ${one}: that is ours`]];
    const other = named.find(([, two], j) => (j < i && one === two) || (one !== two && one.startsWith(`${two}/`)));
    return other === undefined ? [] : [[at, `should not be ${one}: that is in ${other[1]}, which is shared already`]];
  });
  if (typeof shared.path === "string" && `${shared.path}/`.startsWith(`${String(path)}/`))
    problems.push(["path", "should not be in the checkout, which is git's"]);
  return problems.map(([at, message]) => ({ path: `apps.${name}.shared.${at}`, message }));
}
