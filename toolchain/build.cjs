// Bundles the provider plugin, so that it starts in a tenth of a second. Run by `npm install`.
const { chmodSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { build } = require("esbuild");

const root = join(__dirname, "..");
const plugin = join(root, "provider/pulumi-resource-host");

// zod carries its messages in fifty languages, of which it uses the one that it imports by itself.
const withoutLocales = {
  name: "without locales",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "export {};" }));
  },
};

// What the engine starts; what V8 made of the bundle is kept beside the packages.
const launcher = `#!/usr/bin/env node
const { keepCode } = require("../resources/codeCache.cjs");

const write = keepCode("plugin");
require("./pulumi-resource-host.cjs");
// Not at the end: an engine that is killed ends its plugins by killing them.
setTimeout(write, 1000).unref();
`;

async function main() {
  await build({
    absWorkingDir: root,
    entryPoints: ["provider/index.ts"],
    outfile: `${plugin}.cjs`,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // The activation and its siblings are kept as real shell and python files, and travel inside the bundle as text.
    loader: { ".sh": "text", ".py": "text" },
    // Optional native parts of ssh2: without them it uses Node's own crypto.
    external: ["cpu-features", "*.node"],
    plugins: [withoutLocales],
    logLevel: "warning",
  });
  writeFileSync(plugin, launcher);
  chmodSync(plugin, 0o755);
}

main().catch(() => process.exit(1));
