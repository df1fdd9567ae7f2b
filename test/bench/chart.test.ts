import { expect, it } from "vitest";
import { chartOf } from "../../bench/chart";
import type { Run } from "../../bench/figures";

const run = (tool: string, wall: number, more: Partial<Run> = {}): Run => ({
  ...{ tool, wall, scenario: "no-op", hosts: 1, distance: 0, pause: 0, connections: 1, roundTrips: 1 },
  ...more,
});

it("draws a bar for each tool, as long as its median takes, and none for a distance", () => {
  const chart = chartOf([
    run("script", 2),
    run("script", 4),
    run("supervised", 6),
    run("script", 99, { distance: 50 }),
  ]);
  const bars = [...chart.matchAll(/<rect x="170" y="\d+" width="([\d.]+)"[^>]*><title>([^<]+)/g)];
  expect(bars.map(([, width, title]) => [title, width])).toEqual([
    ["script: 3.00 s", "265.0"],
    ["supervised: 6.00 s", "530.0"],
  ]);
  expect(chart).toContain(">no-op, 1 host</text>");
  expect(chart).not.toMatch(/99\.0+ s|first deploy/);
});
