/**
 * What Python's str.isspace and str.strip take for white space; JavaScript's \s lacks \x1c-\x1f and \x85 and has \ufeff.
 * For use inside a character class.
 */
export const space = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const edges = new RegExp(`^[${space}]+|[${space}]+$`, "g");

export const strip = (text: string): string => text.replace(edges, "");
