import { expand } from "./percent";
import { programOptionsOf, readSections } from "./sections";
import { numberOf } from "./values";

/** What the release needs to know of a program, with supervisor's defaults. */
export interface ProgramFacts {
  startsecs: number;
  stopwaitsecs: number;
  autostart: boolean;
  numprocs: number;
  /** Whether supervisord opens a socket for it, which outlives its processes. */
  hasSocket: boolean;
  /** Its log; absent for AUTO and NONE, and where only the host knows it. Of several processes that of the first. */
  log?: string;
}

/** The program of that name, `[program:…]` or `[fcgi-program:…]`; undefined where the text has none. */
export function readProgram(text: string, name: string): ProgramFacts | undefined {
  const sections = readSections(text);
  const options = programOptionsOf(sections, name);
  if (options === undefined) return undefined;
  const value = (key: string) => options.get(key)?.value;
  const number = (key: string, otherwise: number) => String(numberOf(value(key), otherwise));
  const numbers = { process_num: number("numprocs_start", 0), numprocs: number("numprocs", 1) };
  const names = { program_name: name, group_name: name, ...numbers };
  const log = twice(value("stdout_logfile") ?? "", names);
  return {
    startsecs: numberOf(value("startsecs"), 1),
    stopwaitsecs: numberOf(value("stopwaitsecs"), 10),
    autostart: !/^(no|false|off|0)$/i.test(value("autostart") ?? "true"),
    numprocs: numberOf(value("numprocs"), 1),
    hasSocket: sections.some((section) => section.name === `fcgi-program:${name}`),
    ...(log?.startsWith("/") ? { log } : {}),
  };
}

/** supervisor expands the path of a log twice. */
function twice(value: string, names: Readonly<Record<string, string>>): string | undefined {
  if (/%\((ENV_\w+|host_node_name|here)\)/.test(value)) return undefined;
  const once = expand(value, names);
  const again = "text" in once ? expand(once.text, names) : once;
  return "text" in again ? again.text : undefined;
}
