import { defineConfig } from "vitest/config";
import { textFiles } from "./vitest.config";

/** Files that nothing may run beside, in this order: one needs all hosts, whole, the other both cores. */
const alone = { fleet: "test/host/fleet.test.ts", load: "test/host/sockets.test.ts" };

/** Whole flows on real hosts: two files side by side, because much of an update is waiting for the app. */
export default defineConfig({
  plugins: [textFiles],
  test: {
    poolOptions: { forks: { minForks: 2, maxForks: 2 } },
    globalSetup: ["test/host/setup.ts"],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      { extends: true, test: { name: "flows", include: ["test/host/**/*.test.ts"], exclude: Object.values(alone) } },
      ...Object.entries(alone).map(([name, file], i) => ({
        extends: true as const,
        test: { name, include: [file], sequence: { groupOrder: i + 1 } },
      })),
    ],
  },
});
