import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ChannelRefused, Channels } from "../../../provider/ssh/channels";

/** Uses a channel for a moment; tells when it began. */
const user = (channels: Channels, began: number[]) => (i: number) =>
  channels.use(async () => {
    began.push(i);
    await sleep(10);
  });

describe("channels", () => {
  it("are given first come first served, so many at once", async () => {
    const channels = new Channels(3);
    const began: number[] = [];
    let [inUse, most] = [0, 0];
    const use = (i: number) =>
      channels.use(async () => {
        began.push(i);
        most = Math.max(most, ++inUse);
        await sleep(10 - i);
        inUse--;
      });
    await Promise.all([0, 1, 2, 3, 4, 5, 6, 7, 8].map(use));
    expect(began).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBe(3);
  });

  it("are fewer once the other side refused one, which is asked for again before all others", async () => {
    const channels = new Channels(4);
    const began: number[] = [];
    let [inUse, most] = [0, 0];
    const limited = (i: number) =>
      channels.use(async () => {
        if (inUse === 2) throw new ChannelRefused();
        most = Math.max(most, ++inUse);
        began.push(i);
        await sleep(20);
        inUse--;
      });
    await Promise.all([0, 1, 2, 3, 4, 5].map(limited));
    expect(most).toBe(2);
    expect(began.slice(0, 2)).toEqual([0, 1]);
    expect(began.slice(2, 4).sort()).toEqual([2, 3]);
    expect(began).toHaveLength(6);
  });

  it("are not waited for by who was cancelled", async () => {
    const channels = new Channels(1);
    const began: number[] = [];
    const abort = new AbortController();
    const first = user(channels, began)(0);
    const waiting = channels.use(async () => began.push(1), abort.signal);
    abort.abort(new Error("the update was cancelled"));
    await expect(waiting).rejects.toThrow("the update was cancelled");
    await first;
    await user(channels, began)(2);
    expect(began).toEqual([0, 2]);
  });

  it("are given back by what failed", async () => {
    const channels = new Channels(1);
    await expect(channels.use(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await channels.use(async () => "next")).toBe("next");
  });
});
