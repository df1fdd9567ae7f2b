import { z } from "zod";
import { install } from "./commands/apt";
import { enableSupervisord, includesNothing, type Software, software } from "./commands/packages";
import type { Connected, Resource } from "./resource";
import { connectionSchema } from "./schema";

export interface PackagesInputs extends Connected {
  /** Debian packages that are to be there; nothing is ever removed. `supervisor` is, where any supervisord is. */
  packages: string[];
  /** supervisord runs, answers, and starts at boot. @default "answering" */
  supervisord: "answering";
}

export const packages: Resource<PackagesInputs, Software> = {
  type: "host:index:Packages",
  schema: z.strictObject({
    connection: connectionSchema,
    packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9.+-]+$/, "should be names of Debian packages")),
    supervisord: z.literal("answering"),
  }),
  defaults: { supervisord: "answering" },
  replaces: [],
  id: ({ connection }) => `${connection.host}:packages`,
  read: (reader, inputs) => software(reader, inputs.packages),
  observed: (inputs, current) => ({
    ...inputs,
    packages: inputs.packages.filter((name) => current.installed.includes(name)),
    supervisord: stateOf(current) as "answering",
  }),
  outputs: (_, current) =>
    current === undefined
      ? {}
      : {
          supervisor: current.supervisor,
          python: current.python,
          mainConf: current.mainConf,
          supervisorctl: current.supervisorctl,
          confDirectory: current.confDirectory,
          confSuffix: current.confSuffix,
        },
  plan: (desired, current) => {
    const missing = desired.packages.filter((name) => !current?.installed.includes(name));
    const brought = missing.length > 0 ? [install(missing)] : [];
    if (!current?.answering) return [...brought, enableSupervisord];
    return current.confDirectory === undefined ? [includesNothing(current), ...brought] : brought;
  },
  async preview(reader, inputs, context) {
    const { installed } = await software(reader, inputs.packages);
    const missing = inputs.packages.filter((name) => !installed.includes(name));
    if (missing.length > 0) await context.log(`${reader.name}: would install ${missing.join(", ")}`);
  },
  // Other programs of the host may stand on them.
  remove: () => [],
};

const stateOf = ({ answering, trouble, confDirectory }: Software): string => {
  if (!answering) return trouble ?? "not answering";
  return confDirectory === undefined ? "takes programs from no directory" : "answering";
};
