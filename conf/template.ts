/**
 * Conf text is a template and the secrets a separate map, filled in on the way to the host: so a diff of the text
 * stays readable and a changed secret shows at its own leaf. A placeholder is `${secret:NAME}`.
 */
export const placeholder = (name: string): string => `\${secret:${name}}`;

/** The text with the secrets in it; only names in the map are placeholders, all else is literal. */
export function fill(template: string, secrets: Readonly<Record<string, string>>): string {
  const names = Object.keys(secrets);
  // One pass over the template: what a secret holds is never taken for a placeholder of another.
  return splitAt(template, names.map(placeholder)).reduce(
    (text, part, i) => text + (i % 2 === 0 ? part : (secrets[names[names.map(placeholder).indexOf(part)]!] ?? "")),
    "",
  );
}

/**
 * The other way, for what was read on a host: the template itself where nothing differs; else the text with every
 * secret replaced by its placeholder, and what stands in a secret's place after a hand edit by a fixed note.
 */
export function unfill(text: string, template: string, secrets: Readonly<Record<string, string>>): string {
  if (text === fill(template, secrets)) return template;
  const holding = template
    .split("\n")
    .filter((line) => Object.keys(secrets).some((n) => line.includes(placeholder(n))));
  const guarded = holding.map(keyOf);
  let inGuarded: "no" | "as it should be" | "changed" = "no";
  return restored(text, holding, secrets)
    .split("\n")
    .flatMap((line) => {
      const key = keyOf(line);
      // An indented line goes on with the value before it.
      if (/^\s+\S/.test(line) || key === undefined) {
        if (inGuarded === "no" || !/^\s+\S/.test(line)) return [masked(line, secrets)];
        const first = inGuarded === "as it should be";
        inGuarded = "changed";
        return first ? ["  [secret, changed by hand]"] : [];
      }
      if (holding.includes(line)) {
        inGuarded = "as it should be";
        return [line];
      }
      inGuarded = guarded.includes(key) ? "changed" : "no";
      // The same key by hand: its value may be a secret that we have never seen.
      return [inGuarded === "no" ? masked(line, secrets) : `${key}=[secret, changed by hand]`];
    })
    .join("\n");
}

/** Whole lines of the template back in their places; a secret of several lines makes several of one. */
const restored = (text: string, holding: readonly string[], secrets: Readonly<Record<string, string>>): string =>
  holding
    .reduce((all, line) => all.replace(`\n${fill(line, secrets)}\n`, () => `\n${line}\n`), `\n${text}\n`)
    .slice(1, -1);

const keyOf = (line: string): string | undefined => /^([^\s:=;#[]+)\s*[:=]/.exec(line)?.[1]?.toLowerCase();

const masked = (line: string, secrets: Readonly<Record<string, string>>): string =>
  Object.entries(secrets)
    .filter(([, value]) => value.length > 3)
    .reduce((text, [name, value]) => text.replaceAll(value, placeholder(name)), line);

function splitAt(text: string, marks: readonly string[]): string[] {
  const parts: string[] = [];
  let rest = text;
  for (;;) {
    const next = marks
      .map((mark) => ({ mark, at: rest.indexOf(mark) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at || b.mark.length - a.mark.length)[0];
    if (next === undefined) return [...parts, rest];
    parts.push(rest.slice(0, next.at), next.mark);
    rest = rest.slice(next.at + next.mark.length);
  }
}
