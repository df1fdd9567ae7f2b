import { join } from "node:path";
import { Sandbox } from "../../sandbox/sandbox";

export const root = join(__dirname, "..", "..");

/** The tests have hosts of their own, beside those of the demo. */
export const directory = join(root, ".sandbox-test");
export const sandbox = new Sandbox(directory, (line) => console.log(`  ${line}`), {
  // For the app whose disk fills up.
  "/opt/full": 160,
  "/var/lib/supervised/fullapp": 160,
});
