import * as pulumi from "@pulumi/pulumi";
import type { ResolveInputs, ResolveOutputs } from "../provider/resolve";
import { clearError } from "./clearError";

/**
 * Asks the first reachable host which commit a ref is, and what of it the rest stands on: one commit for all hosts of
 * a run. A plain call: its answer is no secret although it goes over a connection with secrets.
 */
export async function resolve(inputs: ResolveInputs): Promise<ResolveOutputs> {
  try {
    return (await pulumi.runtime.invoke("host:index:resolve", inputs)) as ResolveOutputs;
  } catch (error) {
    // Without this the program ends with a stack trace of the engine's protocol.
    throw clearError((error as Error).message.replace(/^[\s\S]*?failed with an unexpected error: /, ""));
  }
}
