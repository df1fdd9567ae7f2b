import type { Beside } from "./besides";
import { matching, medianOf, type Run, type Scenario, scenarios, spreadOf } from "./figures";
import { tableOf } from "./page";
import { type Phases, phases } from "./phases";
import { bestOf, beyond, isMet, type Target, us } from "./targets";

export interface Report {
  /** Why there are no figures of @pulumi/command. */
  missing: string | undefined;
  /** What there was no time for. */
  left: readonly string[];
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

export function reportOf({ missing, left, runs, memory, targets, beside, minutes, cores }: Report): string {
  const tools = unique(runs.map(({ tool }) => tool));
  return [
    "## Targets",
    tableOf(["what", "at most", "measured", ""], targets.map(targetRow)),
    ...(missing === undefined
      ? []
      : ["The plugin of @pulumi/command could not be had where this was measured: it has no column."]),
    ...(left.length === 0 ? [] : [`Left out: ${left.join(", ")}.`]),
    "## Time",
    `Seconds: median (least–most) of so many runs, the ratio to the script, and ours to the fastest of the others. ${cores} cores, shared by tools and hosts.`,
    tableOf(
      ["hosts", "round trip", "what", "runs", ...tools],
      placesOf(runs).map((place) => timeRow(runs, tools, place)),
    ),
    ...packagesText(runs),
    ...phasesTable(runs),
    "## Pause",
    `Milliseconds in which the app of the first host answered nobody (asked every 20 ms): median (least–most). \`supervisorctl restart\` alone, between the updates of the first row: ${spreadText(beside.restarts, String)} ms.`,
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
    `For each host, medians: connections / how often the talk turned from the tool to the host. ${waitsText(beside)}`,
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
    `\`pulumi preview\` of a stack in which nothing has changed takes ${spreadText(beside.previews, seconds)} s, \`pulumi up\` with an empty program ${spreadText(beside.engines, seconds)} s; both on one host, between the no-ops. All of it took ${minutes.toFixed(0)} minutes.`,
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
  const best = bestOf(runs, place);
  const cells = tools.map((tool) => {
    const wall = medianOf(runs, { ...place, tool }, (run) => run.wall);
    if (wall === undefined) return "";
    const ratio = script === undefined ? "" : `, ${(wall / script).toFixed(2)} ×`;
    const toBest = best === undefined || !tool.startsWith(us) ? "" : `, ${(wall / best).toFixed(2)} × the fastest`;
    return spread(runs, { ...place, tool }, (run) => run.wall, seconds) + ratio + toBest;
  });
  const [hosts, distance, scenario] = namesOf(place);
  return [hosts, distance, scenario, matching(runs, { ...place, tool: tools[0]! }).length, ...cells];
}

function packagesText(runs: readonly Run[]): string[] {
  const told = runs.filter(({ hosts, distance, packages }) => hosts === 1 && distance === 0 && packages !== undefined);
  const each = unique(told.map(({ tool }) => tool)).map((tool) => {
    const values = matching(told, { tool }).map(({ packages }) => packages!);
    return `${tool} ${spreadText(values, seconds)} s`;
  });
  if (each.length === 0) return [];
  return [
    `Of a changed requirement on one host at 0 ms, the packages alone take: ${each.join(", ")}. The script changes the environment that serves, after it has stopped the app; supervised builds another one beside it.`,
  ];
}

function phasesTable(runs: readonly Run[]): string[] {
  const told = runs.filter((run) => run.tool === us && run.phases !== undefined);
  if (told.length === 0) return [];
  const keys = Object.keys(phases) as (keyof Phases)[];
  const rows = placesOf(told).map((place) => [
    ...namesOf(place).slice(0, 2),
    ...keys.map((phase) => spread(told, { ...place, tool: us }, (run) => run.phases![phase], seconds)),
  ]);
  return [
    "Seconds of a no-op of supervised, one after the other. The hosts' part is work of their own processors, which here are those of the tools too.",
    tableOf(["hosts", "round trip", ...Object.values(phases)], rows),
  ];
}

function spread(
  runs: readonly Run[],
  wanted: Place & { tool: string },
  pick: (run: Run) => number,
  show: (value: number) => string,
): string {
  return spreadText(matching(runs, wanted).map(pick), show);
}

function spreadText(found: readonly number[], show: (value: number) => string): string {
  if (found.length === 0) return "";
  const { median, min, max } = spreadOf(found);
  return found.length === 1 ? show(median) : `${show(median)} (${show(min)}–${show(max)})`;
}

const waitsText = ({ waits }: Beside): string =>
  waits === undefined
    ? ""
    : `A connection that is only made has ${waits.turns} turns. Waited for are fewer: in a no-op of supervised ${round(waits.noOp)} round trips, ${round(waits.handshake)} of them for a connection that is only made.`;

function wireOf(runs: readonly Run[], wanted: Place & { tool: string }): string {
  const connections = medianOf(runs, wanted, (run) => run.connections);
  const roundTrips = medianOf(runs, wanted, (run) => run.roundTrips);
  return connections === undefined || roundTrips === undefined ? "" : `${round(connections)} / ${round(roundTrips)}`;
}

const round = (value: number) => String(Math.round(value * 10) / 10);

function targetRow(target: Target): unknown[] {
  const { what, limit, found, unit, floor } = target;
  const shown = (value: number) => `${unit === "×" ? value.toFixed(2) : round(value)}${unit && ` ${unit}`}`;
  const [met, by] = [isMet(target), beyond(target)];
  const judged = met === undefined ? "not measured" : `${met ? "met" : "**missed**"} (${by! > 0 ? "+" : ""}${by} %)`;
  return [what, shown(limit), found === undefined ? "" : shown(found), floor ? `${judged}: ${floor}` : judged];
}
