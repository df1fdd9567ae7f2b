import { matching, medianOf, type Run, type Scenario, scenarios, spreadOf } from "./figures";
import { tableOf } from "./page";
import { type Beside, isMet, type Target } from "./targets";

export interface Report {
  /** Why there are no figures of @pulumi/command. */
  missing: string | undefined;
  runs: readonly Run[];
  memory: readonly { tool: string; scenario: Scenario; peak: number }[];
  targets: readonly Target[];
  beside: Beside;
  /** How long all of it took. */
  minutes: number;
  cores: number;
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
const seconds = (value: number) => value.toFixed(value < 10 ? 2 : 1);

export function reportOf({ missing, runs, memory, targets, beside, minutes, cores }: Report): string {
  const tools = unique(runs.map(({ tool }) => tool));
  return [
    "## Targets",
    tableOf(["what", "at most", "measured", ""], targets.map(targetRow)),
    ...(missing === undefined
      ? []
      : ["The plugin of @pulumi/command could not be had where this was measured: it has no column."]),
    "## Time",
    `Seconds: median (least–most) of so many runs, and the ratio to the script. ${cores} cores, shared by tools and hosts.`,
    tableOf(
      ["hosts", "round trip", "what", "runs", ...tools],
      placesOf(runs).map((place) => timeRow(runs, tools, place)),
    ),
    "## Pause",
    `Milliseconds in which the app of the first host answered nobody (asked every 20 ms): median (least–most). \`supervisorctl restart\` alone: ${beside.restart} ms.`,
    tableOf(
      ["hosts", "round trip", "what", ...tools],
      placesOf(runs)
        .filter(({ scenario }) => scenario !== "first deploy")
        .map((place) => [
          ...namesOf(place),
          ...tools.map((tool) => spread(runs, { ...place, tool }, (run) => run.pause, String)),
        ]),
    ),
    "## Connections",
    `For each host, medians: connections / how often the talk turned from the tool to the host. Waited for are fewer: in a no-op of supervised ${round(beside.waits.noOp)} round trips, ${round(beside.waits.handshake)} of them for a connection that is only made.`,
    tableOf(
      ["hosts", "round trip", "what", ...tools],
      placesOf(runs).map((place) => [...namesOf(place), ...tools.map((tool) => wireOf(runs, { ...place, tool }))]),
    ),
    "## Memory",
    "MiB at most, of all processes of the tool together; what they share counts once.",
    tableOf(
      ["what", ...tools],
      unique(memory.map(({ scenario }) => scenario)).map((scenario) => [
        scenario,
        ...tools.map(
          (tool) => memory.find((one) => one.tool === tool && one.scenario === scenario)?.peak.toFixed(0) ?? "",
        ),
      ]),
    ),
    `\`pulumi up\` with an empty program takes ${seconds(beside.engine)} s. All of it took ${minutes.toFixed(0)} minutes.`,
  ].join("\n\n");
}

type Place = Pick<Run, "hosts" | "distance" | "scenario">;

function placesOf(runs: readonly Run[]): Place[] {
  const all = unique(runs.map(({ hosts, distance }) => `${hosts} ${distance}`)).map((key) =>
    key.split(" ").map(Number),
  );
  return all.flatMap(([hosts = 1, distance = 0]) =>
    scenarios.map((scenario) => ({ hosts, distance, scenario })).filter((place) => matching(runs, place).length > 0),
  );
}

const namesOf = ({ hosts, distance, scenario }: Place) => [hosts, `${distance} ms`, scenario];

function timeRow(runs: readonly Run[], tools: readonly string[], place: Place): unknown[] {
  const script = medianOf(runs, { ...place, tool: "script" }, (run) => run.wall);
  const cells = tools.map((tool) => {
    const wall = medianOf(runs, { ...place, tool }, (run) => run.wall);
    if (wall === undefined) return "";
    const ratio = script === undefined ? "" : `, ${(wall / script).toFixed(2)} ×`;
    return spread(runs, { ...place, tool }, (run) => run.wall, seconds) + ratio;
  });
  const [hosts, distance, scenario] = namesOf(place);
  return [hosts, distance, scenario, matching(runs, { ...place, tool: tools[0]! }).length, ...cells];
}

function spread(
  runs: readonly Run[],
  wanted: Place & { tool: string },
  pick: (run: Run) => number,
  show: (value: number) => string,
): string {
  const found = matching(runs, wanted).map(pick);
  if (found.length === 0) return "";
  const { median, min, max } = spreadOf(found);
  return found.length === 1 ? show(median) : `${show(median)} (${show(min)}–${show(max)})`;
}

function wireOf(runs: readonly Run[], wanted: Place & { tool: string }): string {
  const connections = medianOf(runs, wanted, (run) => run.connections);
  const roundTrips = medianOf(runs, wanted, (run) => run.roundTrips);
  return connections === undefined || roundTrips === undefined ? "" : `${round(connections)} / ${round(roundTrips)}`;
}

const round = (value: number) => String(Math.round(value * 10) / 10);

function targetRow(target: Target): unknown[] {
  const { what, limit, found, unit, floor } = target;
  const shown = (value: number) => `${unit === "×" ? value.toFixed(2) : round(value)}${unit && ` ${unit}`}`;
  const judged = { true: "met", false: "**missed**", undefined: "not measured" }[String(isMet(target))];
  return [what, shown(limit), found === undefined ? "" : shown(found), floor ? `${judged}: ${floor}` : judged];
}
