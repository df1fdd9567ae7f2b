import { once } from "node:events";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { begin } from "../../resources/begin";

const asked: string[] = [];

async function engineThat(answers: () => Promise<object>): Promise<void> {
  asked.length = 0;
  const call = ({ token }: { token: string }) => {
    asked.push(token);
    return answers();
  };
  await pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call });
}

describe("the begin of a program", () => {
  it("has asked the engine for the plugin before the rest is loaded, and does not wait for it", async () => {
    await engineThat(() => new Promise(() => {}));
    await begin();
    expect(asked).toEqual(["host:index:begin"]);
  });

  it("leaves it to the first resource to tell what is wrong with the plugin", async () => {
    await engineThat(() => Promise.reject(new Error("no plugin")));
    const unhandled = once(process, "unhandledRejection").then(() => "unhandled");
    await begin();
    expect(await Promise.race([unhandled, new Promise((resolve) => setTimeout(resolve, 50))])).toBeUndefined();
    expect(asked).toEqual(["host:index:begin"]);
  });
});
