import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Shell and python files are texts, as toolchain/build.cjs has them. */
export const textFiles = {
  name: "text",
  load: (id: string) =>
    /\.(sh|py)$/.test(id) ? `export default ${JSON.stringify(readFileSync(id, "utf8"))}` : undefined,
};

export default defineConfig({
  plugins: [textFiles],
  test: { include: ["test/**/*.test.ts"], exclude: ["test/host/**"], testTimeout: 20_000 },
});
