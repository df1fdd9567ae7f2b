import { describe, expect, it } from "vitest";
import { ganttOf } from "../../bench/gantt";
import { hostSpans, laneOf } from "../../bench/timeline";

const line = (at: number, kind: string, command: string, host = "web1") =>
  JSON.stringify({ at: new Date(1000 + at).toISOString(), host, kind, command });

describe("a timeline", () => {
  it("has what was done on the hosts, from its start to its end", () => {
    const trace = [
      line(0, "connect", "root@web1"),
      line(10, "read", "t=$(mktemp -d) || exit"),
      line(20, "run", "git fetch"),
      line(25, "run", "git fetch", "web2"),
      line(30, "ended", "git fetch"),
      line(50, "ended", "t=$(mktemp -d) || exit"),
    ];
    expect(hostSpans(trace.join("\n"), 1000)).toEqual([
      { lane: "web1", what: "git fetch", from: 20, to: 30 },
      { lane: "web1", what: "look", from: 10, to: 50 },
    ]);
  });

  it.each([
    ["/x/pulumi\0up\0--yes", "engine"],
    ["node\0/x/pulumi-language-nodejs\x0a7.0.0.1:1", "language host"],
    ["/usr/bin/node\0--require\0./s.cjs\0/x/@pulumi/pulumi/cmd/run\0--monitor", "program"],
    ["node\0/x/provider/pulumi-resource-host\x0a7.0.0.1:1", "plugin"],
    ["git\0rev-parse", undefined],
  ])("knows the processes of a run: %j", (words, lane) => {
    expect(laneOf(words)).toBe(lane);
  });

  it("is drawn in the order of the beginnings, to scale", () => {
    const chart = ganttOf("a < b", [
      { lane: "web1", what: "look", from: 500, to: 1000 },
      { lane: "engine", what: "engine", from: 0, to: 1000 },
    ]);
    expect([...chart.matchAll(/<rect x="([\d.]+)" y="(\d+)" width="([\d.]+)"/g)].map((one) => one.slice(1))).toEqual([
      ["90.0", "40", "660.0"],
      ["420.0", "56", "330.0"],
    ]);
    expect(chart).toContain(">look, 0.50 s</text>");
    expect(chart).toContain("a &lt; b");
  });
});
