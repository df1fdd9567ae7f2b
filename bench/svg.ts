/** A picture of some height, on white whatever the page's colour. */
export const svgOf = (width: number, height: number, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="10" fill="#444">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join("\n")}
</svg>
`;

export const shown = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
