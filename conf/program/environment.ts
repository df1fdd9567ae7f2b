/** How supervisor up to 4.3 reads `environment=` (Python's old shlex, which knows no escape), and how people do. */

/** What supervisor makes of it, after expansion; undefined where it refuses it. */
export function readEnvironment(text: string): [string, string][] | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  const pairs: [string, string][] = [];
  // The fourth token should be a comma. supervisor does not look.
  for (let i = 0; i < tokens.length; i += 4) {
    const [name, equals, value] = tokens.slice(i, i + 3);
    if (equals !== "=" || value === undefined) return undefined;
    pairs.push([name!, value.replace(/^['"]+|['"]+$/g, "")]);
  }
  return pairs;
}

/** Words of letters, digits, `_/.+-():` and quotes that do not come first; texts in quotes; other signs one by one. */
function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  for (let i = 0; i < text.length; ) {
    const sign = text[i]!;
    if (/[ \t\r\n]/.test(sign)) i++;
    else if (sign === "#") i = afterLine(text, i);
    else if (sign === '"' || sign === "'") {
      const end = text.indexOf(sign, i + 1);
      if (end < 0) return undefined;
      tokens.push(text.slice(i, end + 1));
      i = end + 1;
    } else if (!wordSign.test(sign)) {
      tokens.push(sign);
      i++;
    } else {
      let word = "";
      // A # in a word begins a comment, and the word goes on after it.
      for (; i < text.length && (/['"#]/.test(text[i]!) || wordSign.test(text[i]!)); )
        if (text[i] === "#") i = afterLine(text, i);
        else word += text[i++];
      tokens.push(word);
    }
  }
  return tokens;
}

const wordSign = /[\w/.+\-():]/;
const afterLine = (text: string, from: number): number => {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end + 1;
};

/** What whoever wrote it must have meant: `NAME=` up to the next comma outside quotes. */
export function meantEnvironment(text: string): [string, string][] {
  const pairs = text.match(/(?:"[^"]*"|'[^']*'|[^,])+/g) ?? [];
  return pairs.flatMap((pair): [string, string][] => {
    const [, name, value = ""] = /^\s*([^=\s]+)\s*=\s*([\s\S]*?)\s*$/.exec(pair) ?? [];
    return name === undefined ? [] : [[name, /^(["'])([\s\S]*)\1$/.exec(value)?.[2] ?? value]];
  });
}
