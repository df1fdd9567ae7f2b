import { defineConfig } from "vitest/config";
import { textFiles } from "./vitest.config";

const fleet = "test/host/fleet.test.ts";

/** Whole flows on real hosts: two files side by side, because much of an update is waiting for the app. */
export default defineConfig({
  plugins: [textFiles],
  test: {
    poolOptions: { forks: { minForks: 2, maxForks: 2 } },
    globalSetup: ["test/host/setup.ts"],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      { extends: true, test: { name: "flows", include: ["test/host/**/*.test.ts"], exclude: [fleet] } },
      // It needs all hosts, whole: after the others.
      { extends: true, test: { name: "fleet", include: [fleet], sequence: { groupOrder: 1 } } },
    ],
  },
});
