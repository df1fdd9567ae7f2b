import * as pulumi from "@pulumi/pulumi";
import { encodeFileValue, renderEnvironmentFile } from "../conf/environmentFile";

/** Values by name; one that is an output is a secret. */
export type Environment = Record<string, pulumi.Input<string>>;

/** The plain values, and the names of the others. */
export function partsOf(environment: Environment): { plain: Record<string, string>; secretNames: string[] } {
  const entries = Object.entries(environment);
  return {
    plain: Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string")),
    secretNames: entries.filter(([, value]) => typeof value !== "string").map(([name]) => name),
  };
}

/** The secret values as a file spells them, by the names of their placeholders. */
export function encodedSecrets(
  environment: Environment,
  encode: (value: string, name: string) => string,
): pulumi.Output<Record<string, string>> {
  const secrets = Object.entries(environment).filter(([, value]) => typeof value !== "string");
  const encoded = pulumi
    .all(Object.fromEntries(secrets))
    .apply(
      (values): Record<string, string> =>
        Object.fromEntries(Object.entries(values).map(([name, value]) => [`environment.${name}`, encode(value, name)])),
    );
  return secrets.length === 0 ? encoded : pulumi.secret(encoded);
}

/** The environment as a file of its own: its text, and what is filled in. */
export function fileOf(environment: Environment) {
  const { plain, secretNames } = partsOf(environment);
  return {
    text: renderEnvironmentFile(plain, secretNames),
    secrets: encodedSecrets(environment, encodeFileValue),
  };
}
