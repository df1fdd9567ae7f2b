import { defineConfig } from "vitest/config";
import { textFiles } from "./vitest.config";

/** Whole flows on real hosts: one after another, because they share two cores and two hosts. */
export default defineConfig({
  plugins: [textFiles],
  test: {
    include: ["test/host/**/*.test.ts"],
    fileParallelism: false,
    globalSetup: ["test/host/setup.ts"],
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
