import { readProgram } from "../conf/program/read";
import { fill } from "../conf/template";
import type { Found } from "./commands/found";
import type { ReleaseInputs } from "./release";

/**
 * Why an update will stop all processes together though the program has a socket; undefined where they are restarted one
 * by one, or nothing is stopped. The activation decides by what supervisord makes of the confs (`roll.py`): of two
 * texts that differ it may find that they mean the same.
 */
export function fullStop(inputs: ReleaseInputs, found: Found): string | undefined {
  const conf = fill(inputs.conf, inputs.confSecrets);
  const program = readProgram(conf, inputs.app);
  const runs = (found.states ?? []).includes("RUNNING");
  if (!program?.hasSocket || !inputs.start || !runs) return undefined;
  if (program.numprocs < 2) return "it has one process only";
  if (found.states?.some((state) => state !== "RUNNING")) return "not all of its processes run";
  if (found.conf !== conf) return "its conf changes";
  return inputs.hooks.length > 0 ? "its hooks run before the start" : undefined;
}
