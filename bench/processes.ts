import { readdirSync, readFileSync } from "node:fs";

/** Whose work a process does. */
export type Role = "engine" | "program" | "plugin";

export interface Use {
  /** Seconds of all cores, over all of its processes. */
  cpu: number;
  /** Peak of a process, the largest of them: MiB. */
  memory: number;
  /** Most files and sockets that one process had open. */
  files: number;
  /** MiB that were written to files and sockets. */
  written: number;
}

const ticks = 100;

/** Watches a process and all that it starts, until it is stopped. */
export class Processes {
  readonly #seen = new Map<number, Use & { role: Role }>();
  readonly #timer: NodeJS.Timeout;

  constructor(readonly root: number) {
    this.#timer = setInterval(() => this.#look(), 250);
  }

  stop(): Record<Role, Use> {
    clearInterval(this.#timer);
    const all: Record<Role, Use> = { engine: none(), program: none(), plugin: none() };
    for (const { role, ...use } of this.#seen.values()) {
      const sum = all[role];
      sum.cpu += use.cpu;
      sum.written += use.written;
      sum.memory = Math.max(sum.memory, use.memory);
      sum.files = Math.max(sum.files, use.files);
    }
    return all;
  }

  #look(): void {
    for (const pid of family(this.root)) {
      const use = useOf(pid);
      const files = Math.max(use?.files ?? 0, this.#seen.get(pid)?.files ?? 0);
      if (use !== undefined) this.#seen.set(pid, { ...use, files, role: roleOf(pid, this.root) });
    }
  }
}

const none = (): Use => ({ cpu: 0, memory: 0, files: 0, written: 0 });

/** Processes and their descendants that run now. */
export function family(...roots: number[]): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc"))
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(fieldsOf(Number(name))?.[1]));
  const found = [...roots];
  for (const one of found) for (const [pid, parent] of parents) if (parent === one) found.push(pid);
  return found;
}

function roleOf(pid: number, root: number): Role {
  if (pid === root) return "engine";
  return read(`/proc/${pid}/cmdline`)?.includes("pulumi-resource-host") ? "plugin" : "program";
}

function useOf(pid: number): Use | undefined {
  const fields = fieldsOf(pid);
  const memory = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  const written = /wchar: (\d+)/.exec(read(`/proc/${pid}/io`) ?? "")?.[1];
  if (fields === undefined || memory === undefined) return undefined;
  try {
    const files = readdirSync(`/proc/${pid}/fd`).length;
    const cpu = (Number(fields[11]) + Number(fields[12])) / ticks;
    return { cpu, memory: Number(memory) / 1024, files, written: Number(written ?? 0) / 2 ** 20 };
  } catch {
    return undefined; // it ended in this moment
  }
}

/** What /proc/PID/stat says from the state on: state, parent, … */
const fieldsOf = (pid: number): string[] | undefined =>
  read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /, "")
    .split(" ");

export function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
