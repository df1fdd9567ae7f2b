import type * as pulumi from "@pulumi/pulumi";

/**
 * The program's side of a resource's inputs: the same fields with the same meaning (they are documented at the
 * inputs), each of which may be an output. What the plugin has a default for may be left out.
 */
export type Args<Inputs, Defaulted extends keyof Inputs = never> = {
  [K in keyof Omit<Inputs, Defaulted>]: Wired<Omit<Inputs, Defaulted>[K]>;
} & { [K in Defaulted]?: Wired<Inputs[K]> };

/** A value at whose every level an output may stand. */
export type Wired<T> = pulumi.Input<
  T extends readonly (infer Item)[] ? Wired<Item>[] : T extends object ? { [K in keyof T]: Wired<T[K]> } : T
>;
