import { space, strip } from "./space";

export interface Option {
  /** In lower case, as supervisor looks it up. */
  key: string;
  /** Without comments; lines of a continuation are joined by a line feed. */
  value: string;
  line: number;
  /** What the parser took for a comment, from its sign on. */
  comment?: string;
}

/** A conf as supervisor's parser sees it, with line numbers. */
export interface Section {
  /** As it stands between the brackets, e.g. `program:exampleapp`. */
  name: string;
  line: number;
  options: Option[];
}

export interface Conf {
  sections: Section[];
  /** Lines for which the parser refuses the whole file. */
  refused: { line: number; message: string }[];
  /** Lines that Python's versions read in different ways. */
  doubtful: { line: number; message: string }[];
}

/** Sections and options; what belongs to no section is left out, as supervisor would refuse the file. */
export const readSections = (text: string): Section[] => readConf(text).sections;

/** Python's configparser as supervisor sets it up: comments by `;` and `#`, duplicates allowed, no interpolation. */
export function readConf(text: string): Conf {
  const conf: Conf = { sections: [], refused: [], doubtful: [] };
  let indent = 0;
  let last: Option | undefined;
  const lines = text.split(/\r\n|\r|\n/);
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const start = commentStart(raw);
    if (start !== undefined && start > firstSign(raw))
      conf.doubtful.push({
        line,
        message: "has several ; or #, and Python's versions differ on which begins a comment",
      });
    const content = strip(raw.slice(0, start));
    if (content === "") {
      if (start === undefined && last !== undefined) last.value += "\n";
      continue;
    }
    const depth = new RegExp(`[^${space}]`).exec(raw)!.index;
    const comment = start === undefined ? {} : { comment: raw.slice(start) };
    if (last !== undefined && depth > indent) {
      Object.assign(last, { value: `${last.value}\n${content}` }, comment);
      continue;
    }
    indent = depth;
    const header = /^\[(.+)\]/s.exec(content);
    if (header !== null) {
      if (header[1]!.includes("]"))
        conf.doubtful.push({ line, message: "has a second ], and Python's versions differ on which ends the name" });
      conf.sections.push({ name: header[1]!, line, options: [] });
      last = undefined;
      continue;
    }
    const section = conf.sections.at(-1);
    if (section === undefined) {
      conf.refused.push({ line, message: "stands before the first section: supervisor refuses the file" });
      break;
    }
    const [, key = "", value = ""] = /^([^:=]*)[:=](.*)$/s.exec(content) ?? [];
    if (strip(key) === "") {
      conf.refused.push({ line, message: "is no `key=value`: supervisor refuses the file" });
      continue;
    }
    last = { key: strip(key).toLowerCase(), value: strip(value), line, ...comment };
    section.options.push(last);
  }
  for (const option of conf.sections.flatMap(({ options }) => options)) option.value = stripEnd(option.value);
  return conf;
}

/**
 * Where a comment begins: at a `;` or `#` that stands first or after white space. Of several the parser
 * looks at the first `;` and the first `#`, then at the second ones: so in `a;b ;c #d` it is the `#`. (Since Python 3.13
 * it is the `;`.)
 */
function commentStart(line: string): number | undefined {
  if (/^[;#]/.test(strip(line))) return 0;
  let at = [";", "#"].map((sign) => ({ sign, index: line.indexOf(sign) })).filter(({ index }) => index >= 0);
  while (at.length > 0) {
    const starts = at.map(({ index }) => index).filter((index) => index === 0 || isSpace.test(line[index - 1]!));
    if (starts.length > 0) return Math.min(...starts);
    at = at
      .map(({ sign, index }) => ({ sign, index: line.indexOf(sign, index + 1) }))
      .filter(({ index }) => index >= 0);
  }
  return undefined;
}

const firstSign = (line: string): number => {
  const { index = 0, 0: found = "" } = new RegExp(`(^|[${space}])[;#]`).exec(line) ?? {};
  return index + found.length - 1;
};

const isSpace = new RegExp(`[${space}]`);
const stripEnd = (text: string): string => text.replace(new RegExp(`[${space}]+$`), "");

/** The options of the program as supervisor merges them: of duplicate sections and keys the last one wins. */
export function programOptionsOf(sections: readonly Section[], name: string): Map<string, Option> | undefined {
  const own = sections.filter((section) => isProgram(section.name, name));
  if (own.length === 0) return undefined;
  return new Map(own.flatMap(({ options }) => options).map((option) => [option.key, option]));
}

/** Whether a section is that program, plain or with a socket of its own. */
export const isProgram = (section: string, name: string): boolean =>
  section === `program:${name}` || section === `fcgi-program:${name}`;
