import { inheritProblem } from "./inherits";
import { startsProcesses } from "./servers";
import { quoteWord, splitWords } from "./words";

/** An option, and what is wrong with it beside the others. */
export type OptionProblem = [option: string, message: string];
type Options = Record<string, unknown>;

const names = "program_name|group_name|host_node_name|process_num|numprocs|here|ENV_\\w+";

/** What supervisor refuses, or should, of options together. Looks at values as written in the settings. */
export function optionProblems(options: Options): OptionProblem[] {
  const { stopasgroup, killasgroup, numprocs, process_name, startsecs, autorestart, socket } = options;
  const problems: OptionProblem[] = [];
  if (stopasgroup !== false && killasgroup === false)
    problems.push(["killasgroup", "should not be false with stopasgroup: supervisor refuses that"]);
  if (typeof numprocs === "number" && numprocs > 1 && !/%\(process_num\)0?\d*[sd]/.test(String(process_name ?? "")))
    problems.push(["process_name", "should contain %(process_num)d with more than one process"]);
  if (startsecs === 0 && autorestart !== false && autorestart !== "unexpected")
    problems.push(["startsecs", "should not be 0 while autorestart is on: a crash would be restarted without end"]);
  if (options.redirect_stderr !== false && String(options.stderr_logfile ?? "").startsWith("/"))
    problems.push(["stderr_logfile", "should go with redirect_stderr: false: nothing would be written there"]);
  for (const option of ["socket_owner", "socket_mode", "socket_backlog"]) {
    if (options[option] === undefined) continue;
    if (socket === undefined) problems.push([option, "should go with socket: supervisor ignores it otherwise"]);
    else if (option !== "socket_backlog" && !String(socket).startsWith("unix:"))
      problems.push([option, "should go with a unix socket: supervisor refuses it for another"]);
  }
  for (const option of ["stdout_logfile", "stderr_logfile"])
    if (isUnseekable(options[option]) && Number(options[`${option}_maxbytes`] ?? 1) !== 0)
      problems.push([option, `should go with ${option}_maxbytes: 0: what is there can't be rotated`]);
  return [...problems, ...expansionProblems(options), ...commandProblems(options)];
}

/** A pipe or terminal in place of a file. */
export const isUnseekable = (path: unknown): boolean => /^\/(dev|proc)\/./.test(String(path)) && path !== "/dev/null";

/** `%(…)` that supervisor would refuse, or take for what nobody means. */
function expansionProblems(options: Options): OptionProblem[] {
  return Object.entries(options).flatMap(([option, value]): OptionProblem[] => {
    const found = [...String(value ?? "").matchAll(new RegExp(`%\\((${names})\\)(0?\\d*[a-zA-Z])?`, "g"))];
    return found.flatMap(([, name = "", form = ""]): OptionProblem[] => {
      if (name === "here")
        return [[option, "should not contain %(here)s: that is the directory of the installed conf"]];
      const number = /^(process_num|numprocs)$/.test(name);
      if (!(number ? /^0?\d{0,2}[sd]$/ : /^\d{0,2}s$/).test(form))
        return [[option, `should contain ${number ? `%(${name})d` : `%(${name})s`}, as supervisor writes it`]];
      if (option === "socket" && !/^(program_name|ENV_)/.test(name))
        return [[option, `should not contain %(${name})${form}: a socket is one for all processes`]];
      return [];
    });
  });
}

function commandProblems({ command, directory, socket }: Options): OptionProblem[] {
  const first = splitWords(String(command ?? ""))?.[0] ?? "";
  const problems: OptionProblem[] = [];
  if (first.startsWith("~")) problems.push(["command", "should not begin with ~: supervisor does not expand it"]);
  if (/^[A-Za-z_]\w*=/.test(first))
    problems.push(["command", "should not begin with a variable: there is no shell; put it into environment"]);
  const unserved = inheritProblem(String(command ?? ""), socket === undefined ? undefined : String(socket));
  if (unserved !== undefined) problems.push(["command", unserved]);
  if (String(directory ?? "").startsWith("~"))
    problems.push(["directory", "should not begin with ~: supervisor does not expand it"]);
  return problems;
}

/** What is allowed, and probably not meant. */
export function optionWarnings(options: Options): OptionProblem[] {
  const warnings: OptionProblem[] = [];
  const words = splitWords(String(options.command ?? "")) ?? [];
  const parent = startsProcesses(words);
  if (options.stopasgroup === false && parent !== undefined)
    warnings.push(["stopasgroup", `should be true: ${parent} starts processes that would survive a stop`]);
  if (options.startsecs === 0 && options.autorestart === "unexpected")
    warnings.push(["startsecs", "should not be 0 while autorestart is on: a crash would be restarted without end"]);
  if (options.socket !== undefined && (options.numprocs ?? 1) === 1)
    warnings.push([
      "numprocs",
      "should be 2 or more: one process alone can't be restarted without a pause, socket or not",
    ]);
  const sign = shellSign(words);
  if (sign !== undefined) warnings.push(["command", `has ${sign}, and no shell that would understand it`]);
  for (const [option, value] of Object.entries(options))
    if (typeof value === "string" && value.includes("%%"))
      warnings.push([option, "has %%: a percent sign is written as it is here, so it stays two"]);
  for (const option of ["stdout_logfile", "stderr_logfile"]) {
    // Elsewhere the proof on the host tells; in a checkout it would pass by chance, and not on the next host.
    const path = String(options[option] ?? "");
    const hint = /^\/(opt|srv|home)\//.test(path) ? logHint(path) : undefined;
    if (hint !== undefined) warnings.push([option, hint]);
    if (isShared(path, Number(options.numprocs ?? 1), String(options[`${option}_maxbytes`] ?? "")))
      warnings.push([option, shared]);
  }
  return warnings;
}

/** Whether several processes rotate one file. */
export const isShared = (path: string, numprocs: number, maxbytes: string): boolean =>
  numprocs > 1 && path.startsWith("/") && !path.includes("%(process_num)") && maxbytes !== "0" && path !== "/dev/null";
export const shared = "should contain %(process_num)d: processes that rotate one file lose lines of each other";

/** A word that only a shell would understand. */
export const shellSign = (words: readonly string[]): string | undefined =>
  startsProcesses(words)?.endsWith(" -c")
    ? undefined
    : words.map((word) => /^(&&|\|\|?|;|&|[12]?>>?|<|2>&1)$|^\$\{?\w+\}?|`/.exec(word)?.[0]).find(Boolean);

/** Directories that a host has. */
const there = /^\/(var\/log(\/supervisor)?|tmp|var\/tmp|run|dev|root|srv|opt)\/[^/]*$/;

/** What to see to where the directory of a log may be missing. */
export function logHint(path: string): string | undefined {
  if (!path.startsWith("/") || there.test(path) || isUnseekable(path)) return undefined;
  const directory = path.replace(/\/[^/]*$/, "") || "/";
  return `needs the directory ${quoteWord(directory)} on the host: supervisord refuses its whole conf where that is missing`;
}
