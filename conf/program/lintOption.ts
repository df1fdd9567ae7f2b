import { closest, distance } from "fastest-levenshtein";
import { meantEnvironment, readEnvironment } from "./environment";
import type { Finding } from "./lintFile";
import { expand } from "./percent";
import type { Option } from "./sections";
import { programRules, socketRules } from "./values";

/** What is wrong with one option, whatever the others are. */
export function lintOption(option: Option, isFcgi: boolean): Finding[] {
  const { key, value, line, comment } = option;
  const rules = isFcgi ? { ...programRules, ...socketRules } : programRules;
  const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
  const findings: Finding[] = [];
  const find = (level: Finding["level"], message: string) => findings.push({ level, line, message });
  if (rule === undefined) {
    find("warning", unknown(key, Object.keys(rules)));
    return findings;
  }
  // A text in quotes may go on in any way, and what is outside them is refused.
  if (key !== "environment" && value.includes("\n")) {
    const taken = value
      .split("\n")
      .slice(1)
      .map((more) => /^(\w+)\s*[=:]/.exec(more)?.[1] ?? "");
    const option = taken.find((name) => Object.hasOwn(rules, name));
    if (option === undefined) find("warning", `${key} goes on in an indented line`);
    else find("error", `${key} goes on in an indented line: ${option} is part of its value, and no option`);
  }
  if (comment !== undefined && /^[;#]\S/.test(comment) && !/^([;#])\1/.test(comment))
    find("warning", `${key} ends before ${comment[0]}: after a space that begins a comment, even in quotes`);
  if (value.includes("%(here)s"))
    find("warning", `%(here)s in ${key} is the directory of the installed conf, not of the checkout`);
  const once = expand(value);
  const read = "text" in once && /^std(out|err)_logfile$/.test(key) ? expand(once.text) : once;
  if ("problem" in read) {
    const hint = read === once ? "" : ", and four times in the path of a log, which supervisor expands twice";
    find(
      "error",
      read.problem === "a percent sign is written %%"
        ? `a percent sign in ${key} is written %%${hint}`
        : `${key}: ${read.problem}`,
    );
    return findings;
  }
  const wrong = rule(read.text);
  if (wrong !== undefined) find("error", `${key} ${wrong} (got ${JSON.stringify(value)})`);
  if (key === "environment") for (const message of environmentFaults(read.text)) find("error", message);
  if (key === "environment") for (const message of environmentDoubts(read.text)) find("warning", message);
  return findings;
}

function unknown(key: string, known: string[]): string {
  if (Object.hasOwn(socketRules, key))
    return `${key} is an option of [fcgi-program:…] only, supervisor ignores it here`;
  const near = closest(key, known);
  const meant = distance(key, near) <= Math.max(2, key.length / 3) ? `; did you mean ${near}?` : "";
  return `${key} is no option of a program, supervisor ignores it${meant}`;
}

/** Entries that supervisor refuses, cuts or loses; by name, as a value may be a secret. */
function environmentFaults(text: string): string[] {
  const read = readEnvironment(text);
  if (read === undefined)
    return ['environment is refused: write it as KEY="value",KEY2="value", with a comma between and both quotes'];
  const meant = meantEnvironment(text);
  const faults = meant.flatMap(([name, value]) => {
    const entries = read.filter(([other]) => other === name);
    if (entries.length === 0) return [`environment loses ${name}: put the values in quotes`];
    return entries.some((entry) => entry[1] === value) ? [] : [`environment cuts ${name}: put its value in quotes`];
  });
  if (read.some(([name]) => !meant.some(([other]) => other === name)))
    faults.push("environment takes a part of a value for a name: put the values in quotes");
  return [...new Set(faults)];
}

function environmentDoubts(text: string): string[] {
  const names = (readEnvironment(text) ?? []).map(([name]) => name);
  const unexpanded = (readEnvironment(text) ?? []).filter(([, value]) => shellName.test(value));
  const twice = names.filter((name, i) => names.indexOf(name) < i);
  return [
    ...new Set(twice.map((name) => `environment has ${name} twice: the last one wins`)),
    ...unexpanded.map(([name]) => `environment has a variable of a shell in ${name}, and no shell replaces it`),
    ...(/"[^"]*\\[^"]*"/.test(text)
      ? ["environment has a backslash in double quotes, which supervisor 4.4 reads otherwise: use single quotes"]
      : []),
  ];
}

const shellName = /\$\{\w+\}|\$(HOME|PATH|USER|LOGNAME|PWD|VIRTUAL_ENV)\b/;
