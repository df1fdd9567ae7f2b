import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import type { Connection } from "../provider/connection";
import { hostSchema } from "../settings/connection";
import { isMap, problemsOf } from "../settings/problems";
import { connectionProblems } from "../settings/relations";
import { findCli } from "../toolchain/cli";
import { withHostKey } from "./hostKey";

const key = "supervised:hosts";

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
    return Object.keys(this.#written());
  }

  /** How a host is reached; its secrets are decrypted by the CLI, where there are any. */
  async connection(name: string): Promise<Connection> {
    const written = this.#written();
    if (written[name] === undefined)
      throw new Error(`${this.file} has no host ${name}; it has ${Object.keys(written).join(", ") || "none"}`);
    const given = hasSecret(written[name]) ? (await this.#decrypted())[name] : written[name];
    const parsed = hostSchema.safeParse(given);
    const problems = [
      ...(parsed.success ? [] : problemsOf(parsed.error, given, `hosts.${name}`, () => [])),
      ...connectionProblems(`hosts.${name}`, given),
    ];
    if (!parsed.success || problems.length > 0)
      throw new Error([`${this.file}:`, ...problems.map(({ path, message }) => `  ${path}: ${message}`)].join("\n"));
    const { packages, ...connection } = parsed.data;
    return { ...connection, name };
  }

  /** @param path of the block, below the hosts: `["web1", "proxy"]` */
  writeHostKey(path: readonly string[], hostKey: string): void {
    const text = readFileSync(this.path, "utf8");
    writeFileSync(this.path, withHostKey(text, ["config", key, ...path], hostKey));
  }

  #written(): Record<string, unknown> {
    const hosts = parse(readFileSync(this.path, "utf8"), { merge: true })?.config?.[key];
    return isMap(hosts) ? hosts : {};
  }

  async #decrypted(): Promise<Record<string, unknown>> {
    const { directory } = await findCli();
    const env = { PATH: [directory, process.env.PATH].join(delimiter), PULUMI_SKIP_UPDATE_CHECK: "true" };
    const words = ["config", "--show-secrets", "--json", "--stack", this.name];
    const asked = await execa("pulumi", words, { cwd: this.root, env, reject: false });
    if (asked.failed)
      throw new Error(`the secrets of ${this.file} can't be read: ${asked.stderr || asked.shortMessage}`);
    const value = JSON.parse(asked.stdout)[key];
    return value.objectValue ?? JSON.parse(value.value);
  }
}

function hasSecret(value: unknown): boolean {
  if (!isMap(value)) return false;
  return Object.keys(value).join() === "secure" || Object.values(value).some(hasSecret);
}
