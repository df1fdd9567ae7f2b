import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

/**
 * Tells the plugin that a program begins. The engine starts one more plugin for the resources of a program; with this it
 * does so while the rest of the program is loaded, not after it.
 */
export async function begin(): Promise<void> {
  // What is wrong with the plugin is told of the first resource.
  pulumi.runtime.invoke("host:index:begin", {}).catch(() => {});
  // It is on its way by then: loading leaves no moment to anything else.
  await sleep(2);
}
