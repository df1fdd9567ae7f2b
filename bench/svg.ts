/** A picture of some height, on white whatever the page's colour; `title` is for those who can't see it. */
export const svgOf = (title: string, width: number, height: number, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="10" fill="#444">
<title>${shown(title)}</title>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join("\n")}
</svg>
`;

export const shown = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
