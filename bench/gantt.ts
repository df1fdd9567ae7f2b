import { shown, svgOf } from "./svg";
import type { Span } from "./timeline";

const [left, row, width] = [90, 16, 900];
const colours: Record<string, string> = {
  engine: "#8a8f98",
  "language host": "#b9bdc4",
  program: "#c9a227",
  plugin: "#2f7fb8",
};

/** When what was at work in one run: a row for each process, and for each program that ran on a host. */
export function ganttOf(title: string, spans: readonly Span[]): string {
  const end = Math.max(1, ...spans.map(({ to }) => to));
  const scale = (width - left - 150) / end;
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  const rows = sorted.map(({ lane, what, from, to }, i) => {
    const y = 40 + i * row;
    const x = left + from * scale;
    const length = Math.max(1, (to - from) * scale);
    const label = `${shown(what)}, ${((to - from) / 1000).toFixed(2)} s`;
    return `<text x="${left - 6}" y="${y + 10}" text-anchor="end">${shown(lane.split(" ")[0]!)}</text>
<rect x="${x.toFixed(1)}" y="${y}" width="${length.toFixed(1)}" height="${row - 4}" fill="${colours[lane] ?? "#6aa56a"}"/>
<text x="${(x + length + 4).toFixed(1)}" y="${y + 10}">${label}</text>`;
  });
  const seconds = Array.from({ length: Math.floor(end / 1000) + 1 }, (_, second) => {
    const x = left + second * 1000 * scale;
    return `<line x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="30" y2="${40 + rows.length * row}" stroke="#ddd"/><text x="${x.toFixed(1)}" y="27" text-anchor="middle">${second} s</text>`;
  });
  const head = `<text x="${left}" y="12" font-weight="bold">${shown(title)}</text>`;
  return svgOf(title, width, 50 + rows.length * row, [head, ...seconds, ...rows]);
}
