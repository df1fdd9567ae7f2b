import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    {
      name: "text",
      // The same meaning that toolchain/build.cjs gives to these files.
      load: (id) => (/\.(sh|py)$/.test(id) ? `export default ${JSON.stringify(readFileSync(id, "utf8"))}` : undefined),
    },
  ],
  test: { include: ["test/**/*.test.ts"], exclude: ["test/host/**"], testTimeout: 20_000 },
});
