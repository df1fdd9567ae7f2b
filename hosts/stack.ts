import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import type { Connection } from "../provider/connection";
import { hostSchema } from "../settings/connection";
import { complete, isInherited, relocate } from "../settings/defaults";
import { at, isMap, type Problem, problemsOf } from "../settings/problems";
import { connectionProblems } from "../settings/relations";
import { readStack } from "../settings/secrets";
import { findCli } from "../toolchain/cli";
import { withHostKey } from "./hostKey";

/** The hosts of one stack file: what the settings say of them, and where a key is written. */
export class Stack {
  readonly file: string;
  readonly path: string;

  constructor(
    readonly root: string,
    readonly name: string,
  ) {
    this.file = `Pulumi.${name}.yaml`;
    this.path = join(root, this.file);
    if (!existsSync(this.path)) throw new Error(`there is no ${this.file}: --stack NAME says which stack is meant`);
  }

  get hosts(): string[] {
    return Object.keys(this.#written().hosts);
  }

  /** How a host is reached, with the defaults; its secrets are decrypted by the CLI, where there are any. */
  async connection(name: string): Promise<Connection> {
    const { hosts } = this.#written();
    if (hosts[name] === undefined)
      throw new Error(`${this.file} has no host ${name}; it has ${Object.keys(hosts).join(", ") || "none"}`);
    const given = hostsOf(this.#written())[name];
    const whole = hasSecret(given) ? hostsOf(await this.#decrypted())[name] : given;
    const parsed = hostSchema.safeParse(whole);
    const problems: Problem[] = [
      ...(parsed.success ? [] : problemsOf(parsed.error, whole, `hosts.${name}`, hostSchema)),
      ...connectionProblems(`hosts.${name}`, whole),
    ].map((problem) => relocate(problem, { ...this.#written(), apps: {} }));
    if (!parsed.success || problems.length > 0)
      throw new Error([`${this.file}:`, ...problems.map(({ path, message }) => `  ${path}: ${message}`)].join("\n"));
    const { packages, ...connection } = parsed.data;
    return { ...connection, name };
  }

  /**
   * Where it was written to, e.g. `web1.hostKey`: beside what it belongs to, which may be in the defaults.
   * @param path of the block, below the hosts: `["web1", "proxy"]`
   */
  writeHostKey([name, ...path]: readonly [string, ...string[]], hostKey: string): string {
    const { hosts, defaults } = this.#written();
    const isShared = path.length > 0 && isInherited(at(defaults, ["host"]), hosts[name], path);
    const [table, ...block] = isShared ? ["defaults", "host", ...path] : ["hosts", name, ...path];
    const text = readFileSync(this.path, "utf8");
    writeFileSync(this.path, withHostKey(text, ["config", `supervised:${table}`, ...block], hostKey));
    return [...(isShared ? ["defaults"] : []), ...block, "hostKey"].join(".");
  }

  #written(): Written {
    return this.#tables(readStack(readFileSync(this.path, "utf8"))?.config);
  }

  async #decrypted(): Promise<Written> {
    const { directory } = await findCli();
    const env = { PATH: [directory, process.env.PATH].join(delimiter), PULUMI_SKIP_UPDATE_CHECK: "true" };
    const words = ["config", "--show-secrets", "--json", "--stack", this.name];
    const asked = await execa("pulumi", words, { cwd: this.root, env, reject: false });
    if (asked.failed)
      throw new Error(`the secrets of ${this.file} can't be read: ${asked.stderr || asked.shortMessage}`);
    const values = Object.entries(JSON.parse(asked.stdout) as Record<string, Told>);
    return this.#tables(
      Object.fromEntries(values.map(([key, told]) => [key, told.objectValue ?? parsedOr(told.value)])),
    );
  }

  #tables(config: unknown): Written {
    const hosts = at(config, ["supervised:hosts"]);
    return { hosts: isMap(hosts) ? hosts : {}, defaults: at(config, ["supervised:defaults"]) };
  }
}

interface Written {
  hosts: Record<string, unknown>;
  defaults: unknown;
}

/** A value as the CLI tells it: text, and an object where it is one and holds no secret. */
interface Told {
  value?: string;
  objectValue?: unknown;
}

const hostsOf = (written: Written) => complete({ ...written, apps: {} }).hosts as Record<string, unknown>;

function parsedOr(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function hasSecret(value: unknown): boolean {
  if (!isMap(value)) return false;
  return Object.keys(value).join() === "secure" || Object.values(value).some(hasSecret);
}
