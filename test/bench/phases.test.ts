import { describe, expect, it } from "vitest";
import { phasesOf } from "../../bench/phases";

const line = (at: number, kind: string, command = "") =>
  JSON.stringify({ at: new Date(at).toISOString(), host: "web1", kind, command });

describe("the phases of a no-op", () => {
  it("follow each other from its begin to its end", () => {
    const trace = [
      line(1500, "connect"),
      line(1700, "read", "t=$(mktemp -d)"),
      line(2000, "ended", "t=$(mktemp -d)"),
      line(3000, "read", "fetch and resolve the ref"),
      line(3100, "ended", "fetch and resolve the ref"),
    ].join("\n");
    const found = phasesOf(trace, 1000, 3300)!;
    expect(found).toEqual({ start: 0.5, hosts: 0.5, program: 1, rest: 0.3 });
    expect(Object.values(found).reduce((sum, one) => sum + one)).toBeCloseTo(2.3);
  });

  it("are not known of a run that asked nothing", () => {
    expect(phasesOf("", 0, 1)).toBeUndefined();
    expect(phasesOf(line(5, "connect"), 0, 10)).toBeUndefined();
  });
});
