import { describe, expect, it } from "vitest";
import { Names } from "../../bench/names";
import { type Answer, looksOf, Recorder, Replay } from "../../bench/recording";
import { batchProgram } from "../../provider/commands/batch";
import { bySupervisord } from "../../provider/commands/daemon";
import { script } from "../../provider/commands/shell";

const answer = (text: string): Answer => ({ chunks: [[0, "out", text]], exitCode: 0, took: 1 });
const textOf = (one: Answer | undefined) => one?.chunks[0]?.[2];

describe("a recorded host", () => {
  const recorder = new Recorder();
  recorder.look("is there a user?", answer("no"));
  recorder.look("is there a checkout?", answer("no"));
  recorder.run("make the user", answer("made"));
  recorder.look("is there a user?", answer("yes"));
  recorder.look("is there a checkout?", answer("no"));
  recorder.run("check out", answer("done"));
  recorder.look("is there a checkout?", answer("yes"));
  recorder.look("is there a user?", answer("yes"));

  it("is answered for after what changed the answer, in whatever order the rest is done", () => {
    const host = new Replay(recorder.recording);
    const asked = () => ["user", "checkout"].map((what) => textOf(host.answer(`is there a ${what}?`)));
    expect(asked()).toEqual(["no", "no"]);
    host.ran("check out");
    expect(asked()).toEqual(["no", "yes"]);
    host.ran("make the user");
    expect(asked()).toEqual(["yes", "yes"]);
  });

  it("has no answer to what it was never asked", () => {
    expect(new Replay(recorder.recording).answer("is there a moon?")).toBeUndefined();
  });
});

it("finds the looks of a batch as they are quoted in it, and none in another program", () => {
  const commands = [
    script("echo 'it''s'\nexit 2", "a b"),
    bySupervisord("print('a')", "it's"),
    { words: ["stat", "-c", "%U", "/srv/x"] },
  ];
  const alone = commands.map((command) => looksOf(batchProgram([command])));
  expect(looksOf(batchProgram(commands))).toEqual(alone.flat());
  expect(alone.flat()).toHaveLength(3);
  expect(looksOf("echo look 0 'x' &")).toBeUndefined();
});

it("puts each host's own names in the place of the recorded one's", () => {
  const [recorded, other] = [new Names("fleet0001", "127.0.100.1"), new Names("fleet0023", "127.0.100.23")];
  const job = (address: string, label: string, tail: string) =>
    `{"id":"20260101T101010-00aa${tail}","owner":"${address}:shop:12ab34${tail}","at":"${address} ${label}"}`;
  const kept = recorded.out(job("127.0.100.1", "fleet0001", "ab"));
  const sent = job("127.0.100.23", "fleet0023", "01");
  expect(other.out(sent)).toBe(kept);
  expect(other.back(kept)).toBe(sent);
});
