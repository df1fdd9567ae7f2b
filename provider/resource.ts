import type { z } from "zod";
import type { Command, Host, Reader } from "./commands/shell";
import type { Connection } from "./connection";

/** Plain values as they come over the wire. */
export type Values = Record<string, unknown>;

/** What each resource of the plugin has among its inputs. */
export interface Connected {
  connection: Connection;
}

/** How an operation talks to the user. */
export interface Context {
  /** `urn:pulumi:dev::supervised::…`; the owner marks on the hosts carry it. */
  urn: string;
  /** The resource's name in the program. */
  name: string;
  /** The resource's id; empty in the preview of a create and in functions. */
  id: string;
  preview: boolean;
  /** Aborted when the user cancels. */
  signal: AbortSignal;
  /** A line that stays, under Diagnostics. */
  log(message: string, level?: "debug" | "info" | "warning" | "error"): Promise<void>;
  /** A line beside the resource while it is worked on. */
  status(message: string): Promise<void>;
}

/**
 * What each resource type is made of. I: the inputs; C: what was found on the host. Create and update are one act
 * (provider.ts): read → plan → run → read again → state; a type that needs more has its own `apply`.
 */
export interface Resource<I extends Connected, C> {
  /** `host:index:File` */
  type: string;
  /** Finds every failure of the inputs at once. */
  schema: z.ZodType<I>;
  /** Inputs that are filled in where they are missing. */
  defaults: Partial<I>;
  /** Inputs whose change makes another resource; `connection.host` always does. */
  replaces: readonly (keyof I & string)[];
  /** Inputs whose change alone is nothing to do. */
  ignores?: readonly (keyof I & string)[];
  /** Inputs that are texts, or texts by name: a preview shows what changes in them line by line. */
  texts?: readonly (keyof I & string)[];
  /** Inputs that are versions by name: a preview shows which are added, changed and removed. */
  lists?: readonly (keyof I & string)[];
  id(inputs: I): string;
  /** What is there; undefined when it is absent. Throws a clear error for "there but of another kind". */
  read(reader: Reader, inputs: I): Promise<C | undefined>;
  /** The inputs as the host has them: where they differ from `inputs` is drift, seen in preview line by line. */
  observed(inputs: I, current: C): I;
  /** Outputs besides the inputs. Without `current` (preview) only those that are known exactly. */
  outputs(inputs: I, current: C | undefined): Values;
  /** What would make the host as desired; nothing when it is. Pure. */
  plan(desired: I, current: C | undefined): Command[];
  /** Takes it off the host, only what is still ours. Pure. */
  remove(inputs: I, current: C): Command[];
  /** Says in a preview what a run would do or meet, where that isn't plain from the inputs. */
  preview?(reader: Reader, inputs: I, context: Context): Promise<void>;
  /** In place of read → plan → run: what one plan can't express. `old` is the state before, in an update. */
  apply?(host: Host, desired: I, old: (I & Values) | undefined, context: Context): Promise<void>;
  /** In place of read → remove → run. */
  delete?(host: Host, old: I & Values, context: Context): Promise<void>;
}

/** Made, but not as it should be: id and state are kept, and the next run tries again. */
export class NotHealthy extends Error {}
