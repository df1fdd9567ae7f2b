import { defineConfig } from "vitest/config";
import { textFiles } from "./vitest.config";

/** Whole flows on real hosts: two files side by side, because much of an update is waiting for the app. */
export default defineConfig({
  plugins: [textFiles],
  test: {
    include: ["test/host/**/*.test.ts"],
    poolOptions: { forks: { minForks: 2, maxForks: 2 } },
    globalSetup: ["test/host/setup.ts"],
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
