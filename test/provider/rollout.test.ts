import { beforeEach, describe, expect, it } from "vitest";
import { type RolloutInputs, Rollouts } from "../../provider/rollout";

const stop: RolloutInputs = { pause: 0, onFailure: "stop" };
const back: RolloutInputs = { pause: 0, onFailure: "rollBack" };
let said: string[];
let undone: string[];
let rollouts: Rollouts;
const context = { log: async (message: string) => void said.push(message) };
const undo = (host: string) => async () => {
  undone.push(host);
  return `${host} went back`;
};

beforeEach(() => {
  said = [];
  undone = [];
  rollouts = new Rollouts();
});

describe("a host that fails", () => {
  it("leaves the ones before it as they are", async () => {
    await rollouts.updated("shop", stop, undo("web1"));
    await rollouts.failed("shop", stop, context);
    expect(undone).toEqual([]);
  });

  it("takes back the ones that this run has updated, once, and those of its app only", async () => {
    await rollouts.updated("shop", back, undo("web1"));
    await rollouts.updated("shop", back, undo("web2"));
    await rollouts.updated("blog", back, undo("web1 of blog"));
    await rollouts.failed("shop", back, context);
    await rollouts.failed("shop", back, context);
    expect(undone).toEqual(["web1", "web2"]);
    expect(said).toEqual(["web1 went back, as the update failed here", "web2 went back, as the update failed here"]);
  });

  it("takes back one that was in the middle, whose update then is a failure", async () => {
    await rollouts.failed("shop", back, context);
    await expect(rollouts.updated("shop", back, undo("web2"))).rejects.toThrow("web2 went back, as the update failed");
  });

  it("tells of a host that could not go back, and goes on with the others", async () => {
    await rollouts.updated("shop", back, () => Promise.reject(new Error("web1: can't connect")));
    await rollouts.updated("shop", back, undo("web2"));
    await rollouts.failed("shop", back, context);
    expect(said.sort()).toEqual(["web1: can't connect", "web2 went back, as the update failed here"]);
  });
});

describe("the pause between batches", () => {
  const wait = (signal = new AbortController().signal) => {
    const status: string[] = [];
    const done = rollouts.pause("shop", 2, { signal, status: async (line) => void status.push(line) });
    return { status, done };
  };

  it("is none where nothing was updated", async () => {
    const { status, done } = wait();
    await done;
    expect(status).toEqual([]);
  });

  it("is waited out and shown", async () => {
    await rollouts.updated("shop", stop, undo("web1"));
    const { status, done } = wait();
    await done;
    expect(status).toEqual(["waits 2 s after the hosts before it", "waits 1 s after the hosts before it"]);
  });

  it("ends with a cancel", async () => {
    await rollouts.updated("shop", stop, undo("web1"));
    const cancelled = new AbortController();
    const { done } = wait(cancelled.signal);
    cancelled.abort();
    await expect(done).rejects.toThrow(/abort/i);
  });
});
