import { isWhole } from "./report";
import type { Fate } from "./world";

/** The steps of an update: while the old version serves, while nobody does, and while the new one is proven. */
export const before = ["prove", "save", "open"];
const middle = ["stop", "hold", "reset", "venv", "hooks", "conf", "alias", "update", "start"];
export const proven = ["check", "finish"];

/** All steps, or the worst ones. */
export const at = (...worst: string[]): string[] => (isWhole ? [...before, ...middle, ...proven] : worst);

/** Settings with which an update has all of them. */
export const everyStep = { hooks: { beforeStart: [{ name: "migrate", command: "true" }] } };

export const goesOn: Fate = { serves: "new", tells: /paused \d+ ms/ };
export const goesBack: Fate = { serves: "old", tells: /The version before is back\./ };
