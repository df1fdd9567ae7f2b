import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { AppSettings as PlainApp } from "./app";
import type { HostSettings as PlainHost } from "./connection";
import { parseSettings } from "./parse";
import { join as joinPath, type Problem } from "./problems";
import { misplacedSecrets, secretsOf, writtenIn } from "./secrets";

/** A host, its secrets marked. */
export type HostSettings = Marked<PlainHost, "privateKey" | "privateKeyPassword" | "password" | "becomePassword">;
/** An app, its secrets marked: an environment value that is an output is one. */
export type AppSettings = Marked<Omit<PlainApp, "environment" | "dependencies">, "deployKey" | "token"> & {
  environment: Record<string, pulumi.Input<string>>;
  dependencies: Marked<PlainApp["dependencies"], "indexUrl">;
};
export interface Settings {
  hosts: Record<string, HostSettings>;
  apps: Record<string, AppSettings>;
}
type Marked<T, Keys extends keyof T> = Omit<T, Keys> & { [K in Keys]?: pulumi.Input<string> };

/** The only place that reads the stack config. Throws one error with all problems, before anything is connected to. */
export function loadSettings(): Settings {
  const config = new pulumi.Config("supervised");
  const given = {
    hosts: config.getObject<unknown>("hosts"),
    apps: config.getObject<unknown>("apps"),
    groups: config.getObject<unknown>("groups"),
    defaults: config.getObject<unknown>("defaults"),
  };
  const file = `Pulumi.${pulumi.getStack()}.yaml`;
  const path = join(pulumi.runtime.getRootDirectory(), file);
  const written = writtenIn(existsSync(path) ? readFileSync(path, "utf8") : undefined);
  const { settings, problems } = parseSettings(given);
  for (const key of ["hosts", "apps", "groups", "defaults"] as const) {
    for (const leaf of misplacedSecrets(written, `supervised:${key}`))
      problems.push({ path: joinPath(key, leaf), message: "should not be a secret: it is shown in messages" });
  }
  if (settings === undefined || problems.length > 0)
    throw new pulumi.RunError([`${file} has ${count(problems)}:`, ...problems.map(line)].join("\n"));
  for (const warning of settings.warnings) void pulumi.log.warn(`${file}: ${line(warning).trim()}`);
  return {
    hosts: mark(settings.hosts, secretsOf(given, written, "hosts")) as Settings["hosts"],
    apps: mark(settings.apps, secretsOf(given, written, "apps")) as Settings["apps"],
  };
}

/** The same value, secret texts wrapped where they stand. */
function mark(value: unknown, isSecret: (path: readonly string[]) => boolean, path: readonly string[] = []): unknown {
  if (typeof value === "string" && isSecret(path)) return pulumi.secret(value);
  if (Array.isArray(value)) return value.map((item, i) => mark(item, isSecret, [...path, String(i)]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mark(inner, isSecret, [...path, key])]));
}

const line = ({ path, message }: Problem): string => `  ${path}: ${message}`;
const count = ({ length }: readonly Problem[]): string => (length === 1 ? "a problem" : `${length} problems`);
