import { type Conf, isProgram, type Section } from "./sections";

export interface Finding {
  level: "error" | "warning";
  line: number;
  message: string;
}

/** What is wrong with the file as a whole: its sections, and lines that no parser takes. */
export function lintFile(text: string, { sections, refused, doubtful }: Conf, name: string): Finding[] {
  // Without its mark the file is another one: what else is said of it would be wrong.
  if (text.startsWith("\uFEFF"))
    return [
      { level: "error", line: 1, message: "begins with a byte order mark: supervisor can't read its first line" },
    ];
  const own = sections.filter((section) => isProgram(section.name, name));
  const findings: Finding[] = [
    ...refused.map((one): Finding => ({ level: "error", ...one })),
    ...doubtful.map((one): Finding => ({ level: "warning", ...one })),
  ];
  if (own.length === 0)
    findings.push({
      level: "error",
      line: 1,
      message: `has no section [program:${name}]${text.trim() === "" ? ": the file is empty" : ""}`,
    });
  const kinds = [...new Set(own.map((section) => section.name))];
  if (kinds.length > 1)
    findings.push({ level: "error", line: own.at(-1)!.line, message: `${name} is both ${kinds.join(" and ")}` });
  for (const section of sections) {
    const message = isProgram(section.name, name) ? undefined : foreign(section, name);
    if (message !== undefined) findings.push({ level: "error", line: section.line, message });
  }
  if (text.includes("\uFFFD"))
    findings.push({ level: "error", line: lineOf(text, "\uFFFD"), message: "is not UTF-8: supervisord can't read it" });
  for (const section of own.filter(({ name: kind }, i) => own.findIndex((other) => other.name === kind) < i))
    findings.push({
      level: "warning",
      line: section.line,
      message: `[${section.name}] is there a second time: supervisor makes one of both, and the last of a key wins`,
    });
  return [...findings, ...own.flatMap(duplicates)];
}

const lineOf = (text: string, sign: string): number => text.slice(0, text.indexOf(sign)).split("\n").length;

function foreign({ name: section }: Section, name: string): string {
  const near = section.toLowerCase().replace(/\s/g, "");
  if (isProgram(near, name)) return `[${section}] should read [${near}]: supervisor ignores it as it is`;
  const harm = harms.find(([pattern]) => pattern.test(section))?.[1];
  return `[${section}] is not this app's: only [program:${name}] may be here${harm === undefined ? "" : `; ${harm}`}`;
}

/** What sections do that supervisor honours in any file. */
const harms: [RegExp, string][] = [
  [/^(inet|unix)_http_server$/, "it would open a door to supervisord"],
  [/^supervisord$/, "it would change supervisord itself"],
  [/^include$/, "it would bring further files in"],
  [/^DEFAULT$/, "it would set options of every program of the host"],
  [/^group:/, "it would put the program into a group of another name"],
  [/^(eventlistener|program|fcgi-program):/, "it would run a program that no app of the settings is"],
];

function duplicates({ options }: Section): Finding[] {
  return options
    .filter(({ key }, i) => options.findIndex((other) => other.key === key) < i)
    .map(({ key, line }) => ({ level: "warning", line, message: `${key} is there a second time: the last one wins` }));
}
