import { fill, placeholder } from "./template";

/** The environment of a program in a file of its own: a shell reads it, and so do systemd and readers of `.env` files. */

const head = "# Made by supervised from the stack config: edit it there.\n";

/**
 * A value with its quotes. Single ones where the value has neither a quote of that kind nor a backslash: all readers
 * take that as it is. Else double ones, as a POSIX shell and systemd have them. Throws for what no environment can hold.
 */
export function encodeFileValue(value: string, name = "value"): string {
  if (value.includes("\0")) throw new Error(`environment.${name}: has a NUL character, which no environment can hold`);
  if (/\p{Surrogate}/u.test(value)) throw new Error(`environment.${name}: has a character that is no Unicode`);
  return /['\\]/.test(value) ? `"${value.replace(/["\\$`]/g, "\\$&")}"` : `'${value}'`;
}

/** The text; of secrets it has `${secret:environment.NAME}`. */
export function renderEnvironmentFile(
  plain: Readonly<Record<string, string>>,
  secretNames: readonly string[] = [],
): string {
  const lines = [
    ...Object.entries(plain).map(([name, value]) => `${name}=${encodeFileValue(value, name)}\n`),
    ...secretNames.map((name) => `${name}=${placeholder(`environment.${name}`)}\n`),
  ].sort();
  return head + lines.join("");
}

/**
 * What was found on a host, in the words of the template: where it differs, values that we have not written are not
 * shown, as they may be secrets.
 */
export function observedEnvironmentFile(
  found: string,
  template: string,
  secrets: Readonly<Record<string, string>>,
): string {
  if (found === fill(template, secrets)) return template;
  const entries = entriesOf(found);
  if (entries === undefined) return `${head}[changed by hand, and can't be read]\n`;
  const ours = entriesOf(fill(template, secrets)) ?? new Map<string, string>();
  const shown = entriesOf(template) ?? new Map<string, string>();
  const lines = [...entries].map(([name, value]) => {
    if (ours.get(name) === value) return `${name}=${shown.get(name)}\n`;
    return `${name}=[${`environment.${name}` in secrets ? "secret, " : ""}changed by hand]\n`;
  });
  const text = head + lines.join("");
  return text === template ? `${text}[changed by hand]\n` : text;
}

/** Values as they are written, by name; undefined where a line is none of ours. */
function entriesOf(text: string): Map<string, string> | undefined {
  const entries = new Map<string, string>();
  const entry = /#[^\n]*\n|\n|([A-Za-z_]\w*)=('[^']*'|"(?:[^"\\]|\\[\s\S])*"|\$\{secret:[\w.]+\}|[\w@%+:,./-]*)\n/y;
  for (let at = 0; at < text.length; at = entry.lastIndex) {
    entry.lastIndex = at;
    const found = entry.exec(text);
    if (found === null) return undefined;
    if (found[1] !== undefined) entries.set(found[1], found[2]!);
  }
  return entries;
}

/** Words of a shell that reads the file and becomes the program: the process keeps its id, and `ps` shows the program. */
export const wrapperWords = ["/bin/sh", "-c", 'set -a; . "$0"; set +a; exec "$@"'] as const;

/** A command that gets its environment from a file. */
export const withEnvironmentFile = (command: string, path: string): string =>
  `${wrapperWords[0]} ${wrapperWords[1]} '${wrapperWords[2]}' ${path} ${command}`;
