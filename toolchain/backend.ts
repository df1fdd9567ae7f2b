import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** Where the state is, in the words of the CLI's environment. */
export type Backend = Record<string, string>;

/** The directory of a sandbox. It is thrown away; its stack file, with the salt that belongs to this, is in the repository. */
export function sandboxBackend(sandbox: string): Backend {
  const state = join(sandbox, "state");
  mkdirSync(state, { recursive: true });
  return { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: "sandbox" };
}

/** What the user's environment names: nothing of it is ours to fill in. Undefined where it names none. */
export const namedBackend = ({ PULUMI_BACKEND_URL: url }: NodeJS.ProcessEnv): Backend | undefined =>
  url ? { PULUMI_BACKEND_URL: url } : undefined;
