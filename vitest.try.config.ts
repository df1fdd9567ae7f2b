import { defineConfig } from "vitest/config";
import { textFiles } from "./vitest.config";
export default defineConfig({
  plugins: [textFiles],
  test: { include: ["test/host/**/*.test.ts"], testTimeout: 240_000, hookTimeout: 240_000 },
});
