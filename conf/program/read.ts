/** A conf as supervisor's parser sees it, with line numbers. */
export interface Section {
  /** As it stands between the brackets, e.g. `program:exampleapp`. */
  name: string;
  line: number;
  options: { key: string; value: string; line: number }[];
}

/** Sections and options; what belongs to no section is left out, as supervisor would refuse the file. */
export function readSections(text: string): Section[] {
  const sections: Section[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = index + 1;
    if (/^\s*([;#]|$)/.test(raw)) return;
    const content = raw.replace(/\s[;#].*$/, "").trimEnd();
    const header = /^\[([^\]]+)\]/.exec(content);
    if (header !== null) {
      sections.push({ name: header[1]!, line, options: [] });
      return;
    }
    const options = sections.at(-1)?.options;
    const last = options?.at(-1);
    // An indented line goes on with the value before it.
    if (/^\s/.test(content) && last !== undefined) {
      last.value += `\n${content.trim()}`;
      return;
    }
    const [, key, value] = /^([^:=]+?)\s*[:=]\s*(.*)$/.exec(content.trim()) ?? [];
    options?.push({ key: (key ?? content.trim()).toLowerCase(), value: value ?? "", line });
  });
  return sections;
}

/** What the release needs to know of a program, with supervisor's defaults. */
export interface ProgramFacts {
  startsecs: number;
  stopwaitsecs: number;
  autostart: boolean;
  /** Its log, absent for AUTO and NONE. */
  log?: string;
}

/** The program of that name; undefined where the text has none. */
export function readProgram(text: string, name: string): ProgramFacts | undefined {
  const section = readSections(text).find((one) => one.name === `program:${name}`);
  if (section === undefined) return undefined;
  const value = (key: string) => section.options.findLast((option) => option.key === key)?.value;
  const log = value("stdout_logfile")?.replaceAll("%(program_name)s", name).replaceAll("%%%%", "%");
  return {
    startsecs: Number(value("startsecs") ?? 1),
    stopwaitsecs: Number(value("stopwaitsecs") ?? 10),
    autostart: !/^(no|false|off|0)$/i.test(value("autostart") ?? "true"),
    ...(log?.startsWith("/") ? { log } : {}),
  };
}
