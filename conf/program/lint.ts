import { closest } from "fastest-levenshtein";
import { optionNames } from "./options";
import { readProgram, readSections } from "./read";

export interface Finding {
  level: "error" | "warning";
  line: number;
  message: string;
}

const known = [...optionNames, "environment"] as string[];

/** What is wrong with a conf that the repository brings: what supervisor would silently ignore, or do for the whole host. */
export function lintConf(text: string, name: string, start: boolean): Finding[] {
  const sections = readSections(text);
  const program = sections.find((section) => section.name === `program:${name}`);
  const options = program?.options ?? [];
  const has = (key: string) => options.some((option) => option.key === key);
  const findings: Finding[] = [];
  const find = (level: Finding["level"], line: number, message: string) => findings.push({ level, line, message });

  if (text.startsWith("\uFEFF"))
    find("error", 1, "begins with a byte order mark: supervisor would ignore its first section");
  if (program === undefined) find("error", 1, `has no section [program:${name}]`);
  for (const section of sections) {
    if (section === program) continue;
    if (section.name.toLowerCase() === `program:${name}`)
      find("error", section.line, `[${section.name}] should read [program:${name}]`);
    else find("error", section.line, `[${section.name}] is not this app's: only [program:${name}] may be here`);
  }
  for (const { key, line, value } of options) {
    if (!known.includes(key))
      find(
        "warning",
        line,
        `${key} is no option of a program, supervisor ignores it; did you mean ${closest(key, known)}?`,
      );
    if (/maxbytes$/.test(key) && !/^-?\d+ ?([kmg]b)?$/i.test(value))
      find("error", line, `${key} should be bytes, or a number with KB, MB or GB (got "${value}")`);
    if (key !== "environment" && value.includes("\n")) find("warning", line, `${key} goes on in an indented line`);
    if (value.includes("%(here)s"))
      find("warning", line, `%(here)s in ${key} is the directory of the installed conf, not of the checkout`);
    if (value.replace(/%%|%\(\w+\)[\d.]*[sd]/g, "").includes("%"))
      find("error", line, `a percent sign in ${key} is written %%`);
  }
  if (program !== undefined && !has("command")) find("error", program.line, "has no command");
  if (program !== undefined && !has("user"))
    find("warning", program.line, "has no user: the program would run as root");
  if (!start && readProgram(text, name)?.autostart)
    find("error", program!.line, "should have autostart=false, as the settings say `start: false`");
  return findings.sort((a, b) => a.line - b.line);
}
