import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSupervisorctl, type Told } from "../../provider/commands/supervisorctl";

interface Recorded {
  what: string;
  words: string[];
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** What each version said, recorded by supervisorctl/record.py. */
const recordings = (["4.2.5", "4.3.0"] as const).map((version) => {
  const lines = readFileSync(join(__dirname, `supervisorctl/${version}.jsonl`), "utf8")
    .trim()
    .split("\n");
  return { version, said: lines.map((line) => JSON.parse(line) as Recorded) };
});

const running = (group: string, name = group) => ({
  group,
  name,
  state: "RUNNING",
  pid: expect.any(Number),
  uptime: expect.any(Number),
});
const never = { group: "stopped", name: "stopped", state: "STOPPED", description: "Not started" };
const trouble = (what: Told["trouble"]) => ({ trouble: what, processes: [], said: [] });
const said = (name: string, what: string, failed = false) => ({ processes: [], said: [{ name, what, failed }] });
const refused = "program section program:bad does not specify a command in section 'program:bad' (file: 's.conf')";

const expected = (version: string): Record<string, [number, unknown]> => ({
  "no socket": [4, trouble("no socket")],
  "no socket, version": [7, trouble("no socket")],
  "no socket, start": [7, trouble("no socket")],
  "no socket, update": [1, trouble("no socket")],
  "all states": [
    3,
    {
      processes: [
        running("a-program-whose-name-is-longer-than-thirty-characters"),
        {
          group: "backoff",
          name: "backoff",
          state: "BACKOFF",
          description: "command at '/etc/passwd' is not executable",
        },
        {
          group: "crash",
          name: "crash",
          state: "FATAL",
          description: "Exited too quickly (process log may have details)",
        },
        {
          group: "ended",
          name: "ended",
          state: "EXITED",
          description: expect.stringMatching(/^\w{3} \d\d \d\d:\d\d [AP]M$/),
        },
        { group: "gone", name: "gone", state: "FATAL", description: "can't find command '/no/such/thing'" },
        running("good"),
        running("multi", "multi_00"),
        running("multi", "multi_01"),
        { group: "slow", name: "slow", state: "STARTING" },
        never,
      ],
      said: [],
    },
  ],
  version: [0, { processes: [], said: [], version }],
  one: [0, { processes: [running("good")], said: [] }],
  "one that is stopped": [3, { processes: [never], said: [] }],
  "a group": [0, { processes: [running("multi", "multi_00"), running("multi", "multi_01")], said: [] }],
  "no process": [4, said("nope", "no such process", true)],
  "no group": [4, said("nope", "no such group", true)],
  "stopped and unknown": [3, { ...said("nope", "no such process", true), processes: [never] }],
  start: [0, said("stopped", "started")],
  "start again": [0, said("stopped", "already started", true)],
  stop: [0, said("stopped", "stopped")],
  "start crashing": [7, said("crash", "spawn error", true)],
  "start nothing": [1, said("gone", "no such file", true)],
  "start unknown": [1, said("nope", "no such process", true)],
  "no changes": [0, { processes: [], said: [] }],
  avail: [0, { processes: [], said: [] }],
  "an unknown word": [1, { processes: [], said: [] }],
  "no permission": [1, trouble("no permission")],
  "no permission, version": [1, trouble("no permission")],
  "days later": [
    3,
    {
      processes: [
        { ...running("good"), uptime: expect.closeTo(93_784, -2) },
        { ...never, description: expect.stringMatching(/^\w{3} \d\d /) },
      ],
      said: [],
    },
  ],
  "a bad conf": [1, { processes: [], said: [], refused }],
  "a bad conf, update": [1, { processes: [], said: [], refused }],
  "a new program": [0, said("new", "available")],
  "a number above XML-RPC's": [1, trouble("unknown")],
  update: [0, said("new", "added process group")],
  refused: [4, trouble("refused")],
  "refused, version": [4, trouble("refused")],
  "no password": [1, trouble("no password")],
  "no password, version": [1, trouble("no password")],
  "no configuration": [2, trouble("no configuration")],
});

describe.each(recordings)("supervisorctl $version", ({ version, said: all }) => {
  it.each(all)("$what", (recorded) => {
    const [exitCode, told] = expected(version)[recorded.what]!;
    expect(recorded.exitCode).toBe(exitCode);
    expect(readSupervisorctl(recorded)).toEqual(told);
  });

  it("said all of it", () => expect(all.map(({ what }) => what)).toEqual(Object.keys(expected(version))));
});

describe("what was not recorded", () => {
  it("is that it is not there", () =>
    expect(readSupervisorctl({ exitCode: 127, stdout: "", stderr: "sh: 1: supervisorctl: not found" })).toEqual(
      trouble("not installed"),
    ));

  it.each([
    ["many days", "a RUNNING   pid 1, uptime 40 days, 1:00:01", 40 * 86_400 + 3601],
    ["one day", "a RUNNING   pid 1, uptime 1 day, 0:00:00", 86_400],
  ])("is an uptime of %s", (_, stdout, uptime) =>
    expect(readSupervisorctl({ exitCode: 0, stdout, stderr: "" }).processes).toMatchObject([{ pid: 1, uptime }]),
  );

  it("is a month in another language", () =>
    expect(readSupervisorctl({ exitCode: 3, stdout: "a   STOPPED   Mär 04 09:53 \n", stderr: "" }).processes).toEqual([
      { group: "a", name: "a", state: "STOPPED", description: "Mär 04 09:53" },
    ]));
});
