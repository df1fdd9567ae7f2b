import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A host of a sandbox, as it was made. */
export interface SandboxHost {
  /** `web1`; also its hostname. */
  name: string;
  /** Id of the container, or path of the chroot. */
  id: string;
  host: "127.0.0.1";
  /** Port of its sshd here. */
  port: number;
  /** Port here of what listens on its port 8000. */
  appPort: number;
  /** `ssh-ed25519 AAAA…` */
  hostKey: string;
}

export interface SandboxState {
  /** Part of the names of everything that belongs to it. */
  id: string;
  engine: "docker" | "podman" | "chroot";
  hosts: SandboxHost[];
}

/** Where the sandbox of a project is, unless one says otherwise. */
export const defaultDirectory = join(__dirname, "..", ".sandbox");

export function readState(directory: string): SandboxState | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, "sandbox.json"), "utf8")) as SandboxState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export function writeState(directory: string, state: SandboxState): void {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "sandbox.json");
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}
