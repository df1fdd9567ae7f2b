import { medianOf, type Run, scenarios } from "./figures";
import { svgOf } from "./svg";

const colours = ["#8a8f98", "#c45b4d", "#c9a227", "#2f7fb8", "#86b8d9", "#6aa56a"];
const [left, barHeight, gap, width] = [170, 12, 18, 760];

/** Bars of the medians of all tools, a group for each scenario, for one host and for many. */
export function chartOf(runs: readonly Run[]): string {
  const tools = [...new Set(runs.map(({ tool }) => tool))];
  const places = [...new Set(runs.filter(({ distance }) => distance === 0).map(({ hosts }) => hosts))].flatMap(
    (hosts) => scenarios.map((scenario) => ({ hosts, scenario, distance: 0 })),
  );
  const groups = places.map((place) => ({
    title: `${place.scenario}, ${place.hosts} ${place.hosts === 1 ? "host" : "hosts"}`,
    bars: tools.flatMap((tool, i) => {
      const seconds = medianOf(runs, { ...place, tool }, (run) => run.wall);
      return seconds === undefined ? [] : [{ tool, colour: colours[i % colours.length]!, seconds }];
    }),
  }));
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ seconds }) => seconds)));
  let y = 40;
  const drawn = groups
    .filter(({ bars }) => bars.length > 0)
    .map(({ title, bars }) => {
      const top = y;
      const lines = bars.map(({ tool, colour, seconds }, i) => {
        const at = top + i * barHeight;
        const length = ((width - left - 60) * seconds) / most;
        const label = `<text x="${(left + length + 4).toFixed(1)}" y="${at + 9}">${seconds.toFixed(1)} s</text>`;
        return `<rect x="${left}" y="${at}" width="${length.toFixed(1)}" height="${barHeight - 2}" fill="${colour}"><title>${tool}: ${seconds.toFixed(2)} s</title></rect>${label}`;
      });
      y += bars.length * barHeight + gap;
      const middle = top + (bars.length * barHeight) / 2 + 3;
      return [`<text x="${left - 8}" y="${middle}" text-anchor="end">${title}</text>`, ...lines].join("\n");
    });
  const legend = tools.map(
    (tool, i) =>
      `<rect x="${left + i * 115}" y="12" width="10" height="10" fill="${colours[i % colours.length]}"/><text x="${left + i * 115 + 14}" y="21">${tool}</text>`,
  );
  return svgOf("Seconds by tool and job", width, y, [...legend, ...drawn]);
}
