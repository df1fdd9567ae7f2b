import { hostname } from "node:os";

/** A lock of a stack, as the CLI tells it that was refused because of it. */
export interface Lock {
  user: string;
  /** Name of the machine that its run is, or was, on. */
  machine: string;
  pid: number;
  /** When the run began. */
  since: string;
}

/** The locks that a refusal of the CLI names. It words them alike wherever the state is. */
export function locksIn(text: string): Lock[] {
  if (!text.includes("the stack is currently locked by")) return [];
  const lines = text.matchAll(/: created by (.*)@(\S+) \(pid (\d+)\) at (\S+)$/gm);
  return [...lines].map(([, user = "", machine = "", pid, since = ""]) => ({ user, machine, pid: Number(pid), since }));
}

/** Whether all of their runs were on this machine and are no more: of another machine's it can't be known here. */
export const areDead = (locks: readonly Lock[]): boolean =>
  locks.length > 0 && locks.every(({ machine, pid }) => machine === hostname() && !isAlive(pid));

/** What to do about them, for the user. `cancel` is the command that lets go of them. */
export function describeLocks(locks: readonly Lock[], cancel: string): string {
  if (areDead(locks))
    return `The stack is locked by a run that was killed (${list(locks)}). \`${cancel}\` lets go of it.`;
  const others = locks.filter(({ machine }) => machine !== hostname());
  if (others.length === 0) return `The stack is locked by a run that goes on here (${list(locks)}): wait for its end.`;
  const whom = others.map(({ user, machine }) => `${user} on ${machine}`).join(" and ");
  return `The stack is locked (${list(locks)}). Ask ${whom} whether that run goes on: if it was killed, \`${cancel}\` lets go of it.`;
}

const list = (locks: readonly Lock[]): string =>
  locks.map(({ user, machine, pid, since }) => `process ${pid} of ${user}@${machine}, since ${since}`).join("; ");

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
