import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** A lock of a stack whose run was killed: it stays until `pulumi cancel`. */
export interface DeadLock {
  pid: number;
  /** When the run began. */
  since: string;
}

/** The locks of a stack in a state directory whose runs, on this machine, are no more. */
export function deadLocks(state: string, project: string, stack: string): DeadLock[] {
  const directory = join(state, ".pulumi", "locks", "organization", project, stack);
  const files = existsSync(directory) ? readdirSync(directory) : [];
  return files.flatMap((file) => {
    try {
      const lock = JSON.parse(readFileSync(join(directory, file), "utf8"));
      return lock.hostname === hostname() && !isAlive(lock.pid) ? [{ pid: lock.pid, since: lock.timestamp }] : [];
    } catch {
      return []; // let go of in this moment
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
