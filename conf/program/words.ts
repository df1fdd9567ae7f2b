/**
 * The words of a command line as supervisor takes it apart (Python's shlex.split): quotes and backslashes as in a
 * shell, and nothing else of one. Undefined where a quote stays open or a backslash is last: supervisor would say that
 * the file is not executable.
 */
export function splitWords(command: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < command.length; i++) {
    const sign = command[i]!;
    if (sign === "\\" && quote !== "'") {
      const next = command[++i];
      if (next === undefined) return undefined;
      word = (word ?? "") + (quote === '"' && next !== "\\" && next !== '"' ? `\\${next}` : next);
    } else if (quote !== "") {
      if (sign === quote) quote = "";
      else word += sign;
    } else if (sign === "'" || sign === '"') {
      quote = sign;
      word ??= "";
    } else if (/[ \t\r\n]/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + sign;
  }
  if (quote !== "") return undefined;
  return word === undefined ? words : [...words, word];
}

/** A word that `splitWords` gives back as it is. */
export const quoteWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
