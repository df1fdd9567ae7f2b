/** What a conf of supervisor's can't hold at all, what a shell would take for its own, and what readers stumble over. */
export const nasty = {
  BOTH: `it's "so"`,
  DOLLARS: "$HOME ${HOME} $(id) `id` $",
  PERCENT: "100% %(here)s %%",
  BACKSLASH: "a\\b\\\\n\\",
  QUOTES: `'"`,
  LINES: "one\n two # no comment\n\n; three\n",
  RETURN: "a\r\nb\r",
  UNICODE: "Grüße, 東京 🦊",
  EMPTY: "",
  SPACES: "  both ends  ",
  SIGNS: "a#b ;c !d &e |f >g *h ?i ~j [k] {l} (m) =n",
};
