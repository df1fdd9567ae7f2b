import { type Finding, lintFile } from "./lintFile";
import { lintOption } from "./lintOption";
import { lintProgram } from "./lintProgram";
import { isProgram, programOptionsOf, readConf } from "./sections";

export type { Finding } from "./lintFile";

/**
 * What is wrong with a conf that the repository brings. An error is what supervisor refuses, or does to the whole host,
 * or never does as written; a warning is what it silently ignores, or most likely is not meant.
 */
export function lintConf(text: string, name: string, start: boolean): Finding[] {
  const conf = readConf(text);
  const own = conf.sections.filter((section) => isProgram(section.name, name));
  const options = programOptionsOf(conf.sections, name);
  const isFcgi = own.some((section) => section.name.startsWith("fcgi-"));
  const findings = [
    ...lintFile(text, conf, name),
    ...own.flatMap((section) => section.options.flatMap((option) => lintOption(option, isFcgi))),
    ...(options === undefined ? [] : lintProgram(options, own[0]!.line, { isFcgi, start })),
  ];
  return findings.sort((a, b) => a.line - b.line);
}
