import { describe, expect, it } from "vitest";
import { batchesOf, describeOrder, type Rollout } from "../../components/rollout";

const hosts = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const rollout = (more: Partial<Rollout>): Rollout => ({ canary: 1, pause: 0, onFailure: "stop", ...more });

describe("the batches of a rollout", () => {
  it.each<[string, number, Rollout | undefined, number[][]]>([
    ["without one: all at once", 3, undefined, [[1, 2, 3]]],
    ["a canary, then the rest", 4, rollout({}), [[1], [2, 3, 4]]],
    ["by two", 6, rollout({ batch: 2 }), [[1], [2, 3], [4, 5], [6]]],
    ["two canaries, then by three", 6, rollout({ canary: 2, batch: 3 }), [[1, 2], [3, 4, 5], [6]]],
    ["no canary", 3, rollout({ canary: 0, batch: 1 }), [[1], [2], [3]]],
    ["a quarter of ten is three", 10, rollout({ batch: "25%" }), [[1], [2, 3, 4], [5, 6, 7], [8, 9, 10]]],
    ["a part of a host is one", 3, rollout({ batch: "1%" }), [[1], [2], [3]]],
    ["more than there are", 2, rollout({ canary: 5, batch: 9 }), [[1, 2]]],
    ["one host", 1, rollout({ batch: 2 }), [[1]]],
  ])("%s", (_, count, asked, batches) => expect(batchesOf(hosts(count), asked)).toEqual(batches));

  it.each<[string[][], string | undefined]>([
    [[["web1", "web2"]], undefined],
    [[["web1"], ["web2"]], "first web1, then web2"],
    [
      [["web1"], ["web2", "web3"], ["web4", "web5", "web6"]],
      "first web1, then web2 and web3, then web4, web5 and web6",
    ],
  ])("%j is told as %s", (batches, told) => expect(describeOrder(batches)).toBe(told));
});
