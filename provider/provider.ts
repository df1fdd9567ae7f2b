import { version } from "../package.json";
import type { Host } from "./commands/shell";
import type { Connection } from "./connection";
import { type Change, diffInputs, hasUnknown } from "./diff";
import { entriesOf, linesOf } from "./lines";
import { type Connected, type Context, NotHealthy, type Resource, type Values } from "./resource";
import { type CheckFailure, InitError } from "./wire";

export interface Old {
  inputs: Values;
  state: Values;
}

/** How the plugin reaches hosts; given from outside, so that nothing here knows ssh. */
export interface Transport {
  host(connection: Connection): Host;
  /** True for a failure to connect, after which nothing has run. */
  isConnectError(error: unknown): boolean;
  /** A line for each connection: what went over it so far. */
  report?(): string[];
  close(): Promise<void>;
}

/** A function of the plugin: reads hosts and answers, changes nothing that anybody relies on. */
export type Invoke = (transport: Transport, args: Values, context: Context) => Promise<Values>;

// biome-ignore lint/suspicious/noExplicitAny: the table holds resources of every type; each checks its own inputs
type AnyResource = Resource<any, any>;

/** One lifecycle for every resource type: create and update are the same act. */
export class Provider {
  readonly #resources: ReadonlyMap<string, AnyResource>;

  constructor(
    resources: readonly AnyResource[],
    readonly invokes: Readonly<Record<string, Invoke>>,
    readonly transport: Transport,
  ) {
    this.#resources = new Map(resources.map((resource) => [resource.type, resource]));
  }

  schema(): string {
    const resources = Object.fromEntries([...this.#resources.keys()].map((type) => [type, {}]));
    return JSON.stringify({ name: "host", version, resources });
  }

  check(type: string, news: Values): { inputs: Values; failures: CheckFailure[] } {
    const resource = this.#resource(type);
    const inputs: Values = { ...resource.defaults, ...news };
    const parsed = resource.schema.safeParse(inputs);
    const failures = (parsed.error?.issues ?? [])
      // What a preview can't know yet is checked when it is known.
      .filter(({ path }) => !path.some((_, i) => hasUnknown(valueAt(inputs, path.slice(0, i + 1)))))
      .map(({ path, message }) => ({ property: path.join("."), reason: message }));
    return { inputs, failures };
  }

  diff(type: string, old: Old, news: Values): Change[] {
    const { ignores, replaces } = this.#resource(type);
    // Outputs are no part of the comparison: only what was an input, or is one now.
    const before = Object.fromEntries(
      Object.keys({ ...old.inputs, ...news })
        .filter((key) => old.state[key] !== undefined)
        .map((key) => [key, old.state[key]]),
    );
    const changes = diffInputs(before, news, { replaces, ignores });
    const unverified: Change = { path: "connection", kind: "update", replaces: false };
    return old.state.unverified === true && changes.length === 0 ? [unverified] : changes;
  }

  async create(type: string, inputs: Values, context: Context): Promise<{ id: string; state: Values }> {
    const resource = this.#resource(type);
    const id = resource.id(inputs);
    if (context.preview) {
      if (!hasUnknown(inputs)) await this.#foretell(resource, inputs, context);
      return { id: "", state: this.#previewed(resource, inputs) };
    }
    return { id, state: await this.#apply(resource, id, inputs, undefined, { ...context, id }) };
  }

  async read(type: string, old: Old, context: Context): Promise<Old | undefined> {
    const resource = this.#resource(type);
    if (old.inputs.connection === undefined) throw new Error("import is not supported: declare it and run `pulumi up`");
    try {
      const current = await resource.read(this.#host(old.inputs), old.inputs);
      if (current === undefined) return undefined;
      const observed = resource.observed(old.inputs, current);
      return { inputs: observed, state: { ...observed, ...resource.outputs(old.inputs, current) } };
    } catch (error) {
      if (!this.transport.isConnectError(error)) throw error;
      // The way in may have changed in the settings: the update goes over the new one, or fails.
      await context.log(`not read, the recorded state is kept: ${(error as Error).message}`, "warning");
      return { inputs: old.inputs, state: { ...old.state, unverified: true } };
    }
  }

  async update(type: string, old: Old & { id: string }, news: Values, context: Context): Promise<Values> {
    const resource = this.#resource(type);
    if (!context.preview) return this.#apply(resource, old.id, news, old.state, context);
    for (const text of resource.texts ?? []) {
      const lines = hasUnknown(news[text]) ? "" : linesOf(text, old.state[text], news[text]);
      if (lines !== "") await context.log(lines);
    }
    for (const list of resource.lists ?? []) {
      const entries = hasUnknown(news[list]) ? "" : entriesOf(list, old.state[list], news[list]);
      if (entries !== "") await context.log(entries);
    }
    if (!hasUnknown(news)) await this.#foretell(resource, news, context);
    return this.#previewed(resource, news);
  }

  async delete(type: string, old: Old, context: Context): Promise<void> {
    const resource = this.#resource(type);
    const { connection } = old.inputs as unknown as Connected;
    try {
      const host = this.transport.host(connection);
      if (resource.delete !== undefined) return await resource.delete(host, { ...old.inputs, ...old.state }, context);
      const current = await resource.read(host, old.inputs);
      if (current === undefined) return;
      for (const command of resource.remove({ ...old.inputs, ...old.state }, current)) await host.run(command);
    } catch (error) {
      if (!this.transport.isConnectError(error)) throw error;
      const name = connection.name ?? connection.host;
      if (isForgotten(connection))
        return context.log(`left on ${name}, which can't be reached (SUPERVISED_FORGET)`, "warning");
      throw new Error(
        `${(error as Error).message}\nIs this host gone for good? SUPERVISED_FORGET=${name} deletes it here only.`,
      );
    }
  }

  invoke(token: string, args: Values, context: Context): Promise<Values> {
    const invoke = this.invokes[token];
    if (invoke === undefined) throw new Error(`unknown function ${token}`);
    return invoke(this.transport, args, context);
  }

  report(): string[] {
    return this.transport.report?.() ?? [];
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  /** read → plan → run → read again → state. */
  async #apply(
    resource: AnyResource,
    id: string,
    desired: Values,
    old: Values | undefined,
    context: Context,
  ): Promise<Values> {
    const host = this.#host(desired);
    let touched = false;
    try {
      if (resource.apply !== undefined) await resource.apply(host, desired, old, context);
      else {
        for (const command of resource.plan(desired, await resource.read(host, desired))) {
          await host.run(command, { signal: context.signal, onLine: (line) => void context.status(line) });
          touched = true;
        }
      }
      const after = await resource.read(host, desired);
      const left = after === undefined ? ["it is not there"] : this.#differences(resource, desired, after);
      if (left.length > 0)
        throw new NotHealthy(`${host.name}: not as it should be after it was made: ${left.join(", ")}`);
      return { ...desired, ...resource.outputs(desired, after) };
    } catch (error) {
      // A create that left something behind is recorded, so that destroy finds it; a failed update keeps the old state.
      if (error instanceof NotHealthy || (old === undefined && touched)) {
        throw new InitError(id, await this.#readBack(resource, host, desired), (error as Error).message);
      }
      throw error;
    }
  }

  async #readBack(resource: AnyResource, host: Host, desired: Values): Promise<Values> {
    try {
      const current = await resource.read(host, desired);
      if (current !== undefined)
        return { ...resource.observed(desired, current), ...resource.outputs(desired, current) };
    } catch {
      // The first error is the one to tell; what can't be read now is unverified.
    }
    return { ...desired, unverified: true };
  }

  #differences(resource: AnyResource, desired: Values, current: unknown): string[] {
    return diffInputs(resource.observed(desired, current), desired, resource).map(({ path }) => path);
  }

  /** What a run would meet. A host that can't be reached is told by the run itself, and by the read before it. */
  async #foretell(resource: AnyResource, inputs: Values, context: Context): Promise<void> {
    try {
      await resource.preview?.(this.#host(inputs), inputs, context);
    } catch (error) {
      if (!this.transport.isConnectError(error)) throw error;
      await context.log((error as Error).message, "warning");
    }
  }

  #previewed(resource: AnyResource, inputs: Values): Values {
    return { ...inputs, ...(hasUnknown(inputs) ? {} : resource.outputs(inputs, undefined)) };
  }

  #host(inputs: Values): Host {
    return this.transport.host((inputs as unknown as Connected).connection);
  }

  #resource(type: string): AnyResource {
    const resource = this.#resources.get(type);
    if (resource === undefined) throw new Error(`unknown resource type ${type}`);
    return resource;
  }
}

const isForgotten = ({ name, host }: Connection): boolean =>
  (process.env.SUPERVISED_FORGET ?? "").split(/[\s,]+/).some((word) => word !== "" && (word === name || word === host));

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
