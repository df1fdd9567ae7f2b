import { defineConfig } from "vitest/config";
import { textFiles } from "./vitest.config";

/** Files that nothing may run beside, in this order: one needs all hosts, whole, the other both cores. */
const alone = { fleet: "test/host/fleet.test.ts", load: "test/host/sockets.test.ts" };

/** Each project has them from here: with `extends` each would have the set-up too, and make all hosts once more. */
const project = (name: string, files: string[], rest: object) => ({
  plugins: [textFiles],
  test: { name, include: files, testTimeout: 240_000, hookTimeout: 240_000, ...rest },
});

/** Whole flows on real hosts: two files side by side, because much of an update is waiting for the app. */
export default defineConfig({
  test: {
    poolOptions: { forks: { minForks: 2, maxForks: 2 } },
    globalSetup: ["test/host/setup.ts"],
    projects: [
      project("flows", ["test/host/**/*.test.ts"], { exclude: Object.values(alone) }),
      ...Object.entries(alone).map(([name, file], i) => project(name, [file], { sequence: { groupOrder: i + 1 } })),
    ],
  },
});
