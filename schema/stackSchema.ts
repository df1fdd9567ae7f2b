import { z } from "zod";
import { appName, appSchema } from "../settings/app";
import { hostSchema } from "../settings/connection";
import { groupSchema } from "../settings/groups";
import { hostName } from "../settings/parse";

type Schema = Record<string, unknown>;

const stack = z.looseObject({
  config: z.looseObject({
    "supervised:hosts": z.record(hostName, hostSchema).describe("The machines, by name."),
    "supervised:apps": z
      .record(appName, appSchema)
      .describe("The apps, by name: that of the program, the alias, the checkout and, by default, the account."),
    "supervised:groups": z.record(hostName, groupSchema).optional().describe("Hosts and other groups, by name."),
    "supervised:defaults": z
      .strictObject({
        host: hostSchema.omit({ host: true }).optional().describe("What every host starts from."),
        app: appSchema.omit({ renamedFrom: true }).optional().describe("What every app starts from."),
      })
      .optional()
      .describe("Maps merge by key, all else replaces, and null takes a default away."),
  }),
});

/** JSON Schema of `Pulumi.<stack>.yaml`, for editors: from the schemas that the program itself checks with. */
export function stackSchema(): Schema {
  // What a user writes: what has a default is not required.
  const made = adapt(z.toJSONSchema(stack, { io: "input", unrepresentable: "any" })) as Made;
  const { config } = made.properties;
  const tables = config.properties;
  const merged = ["supervised:hosts", "supervised:apps", "supervised:defaults"] as const;
  const { "supervised:defaults": _, ...entries } = tables;
  // What an entry must have may be in the defaults, where there are any.
  const hasDefaults = { type: "object", required: [merged[2]], properties: { [merged[2]]: { type: "object" } } };
  const anyOf = [hasDefaults, { type: "object", properties: demands(entries) }];
  const properties = { ...tables, ...Object.fromEntries(merged.map((key) => [key, loose(tables[key]!)])) };
  return {
    title: "Stack config of supervised (Pulumi.<stack>.yaml)",
    ...made,
    properties: { ...made.properties, config: { ...config, properties, anyOf } },
    $defs: mapValues(made.$defs, (one) => loose(one as Schema)),
  };
}

interface Made extends Schema {
  properties: { config: Schema & { properties: Record<string, Schema> } };
  $defs: Schema;
}

/** What the file may have and the checked values do not: a `secure:` value in place of a text that may be secret. */
function adapt(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(adapt);
  if (!isSchema(schema)) return schema;
  const adapted = mapValues(schema, adapt);
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

/** Of maps that merge: nothing is required, and null takes a default away. */
function loose({ required: _, ...schema }: Schema): Schema {
  const inner = (value: unknown) => (isSchema(value) ? orNull(loose(value)) : value);
  const { properties, additionalProperties } = schema;
  return {
    ...schema,
    ...(isSchema(properties) ? { properties: mapValues(properties, inner) } : {}),
    ...(additionalProperties === undefined ? {} : { additionalProperties: inner(additionalProperties) }),
  };
}

function orNull(schema: Schema): Schema {
  const { description, ...value } = schema;
  if (typeof value.type === "string" && value.enum === undefined && value.const === undefined)
    return { ...schema, type: [value.type, "null"] };
  const choices = Array.isArray(value.anyOf) ? value.anyOf : [value];
  return { ...(description === undefined ? {} : { description }), anyOf: [...choices, { type: "null" }] };
}

/** What is required at every level of maps, and nothing else. */
function demands(properties: Schema, required: readonly string[] = []): Schema {
  const inner = Object.entries(properties).flatMap(([key, value]) => {
    if (!isSchema(value)) return [];
    const deep = demand(value) ?? (required.includes(key) ? { type: value.type } : undefined);
    return deep === undefined ? [] : [[key, deep] as const];
  });
  return Object.fromEntries(inner);
}

function demand({ type, required, properties, additionalProperties }: Schema): Schema | undefined {
  if (type !== "object") return undefined;
  const all = isSchema(properties) ? demands(properties, required as string[] | undefined) : {};
  const each = isSchema(additionalProperties) ? demand(additionalProperties) : undefined;
  if (each === undefined && Object.keys(all).length === 0) return undefined;
  return {
    type,
    ...(required === undefined ? {} : { required }),
    ...(Object.keys(all).length === 0 ? {} : { properties: all }),
    ...(each === undefined ? {} : { additionalProperties: each }),
  };
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const mapValues = (map: Schema, change: (value: unknown) => unknown): Schema =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
