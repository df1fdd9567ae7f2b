import { z } from "zod";
import { appName, appSchema } from "../settings/app";
import { hostSchema } from "../settings/connection";
import { hostName } from "../settings/parse";

type Schema = Record<string, unknown>;

const stack = z.looseObject({
  config: z.looseObject({
    "supervised:hosts": z.record(hostName, hostSchema).describe("The machines, by name."),
    "supervised:apps": z
      .record(appName, appSchema)
      .describe("The apps, by name: that of the program, the alias, the checkout and, by default, the account."),
  }),
});

/** JSON Schema of `Pulumi.<stack>.yaml`, for editors: from the schemas that the program itself checks with. */
export const stackSchema = (): Schema => ({
  title: "Stack config of supervised (Pulumi.<stack>.yaml)",
  // What a user writes: what has a default is not required.
  ...(adapt(z.toJSONSchema(stack, { io: "input", unrepresentable: "any" })) as Schema),
});

/** What the file may have and the checked values do not: a `secure:` value in place of a text that may be secret. */
function adapt(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(adapt);
  if (typeof schema !== "object" || schema === null) return schema;
  const adapted = Object.fromEntries(Object.entries(schema).map(([word, value]) => [word, adapt(value)])) as Schema;
  const properties = (adapted.properties ?? {}) as Record<string, Schema>;
  for (const [key, value] of Object.entries(properties)) {
    // Nothing fits: a setting that is there to be refused with a reason.
    if (Object.keys(value).every((word) => word === "description")) delete properties[key];
    else if (secrets.test(key)) properties[key] = orSecure(value);
    else if (key === "environment") value.additionalProperties = orSecure(value.additionalProperties as Schema);
  }
  return adapted;
}

/** `settings/secrets.ts` refuses all others. */
const secrets = /^(privateKey|privateKeyPassword|password|becomePassword|indexUrl|deployKey|token)$/;

const orSecure = ({ description, ...value }: Schema): Schema => ({
  ...(description === undefined ? {} : { description }),
  anyOf: [value, { type: "object", properties: { secure: { type: "string" } }, required: ["secure"] }],
});
