// Bundles the provider plugin into one script, so that it starts in a tenth of a second. Run by `npm install`.
const { chmodSync } = require("node:fs");
const { join } = require("node:path");
const { buildSync } = require("esbuild");

const root = join(__dirname, "..");
buildSync({
  absWorkingDir: root,
  entryPoints: ["provider/index.ts"],
  outfile: "provider/pulumi-resource-host",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  banner: { js: "#!/usr/bin/env node" },
  // The activation and its siblings are kept as real shell and python files, and travel inside the bundle as text.
  loader: { ".sh": "text", ".py": "text" },
  // Optional native parts of ssh2: without them it uses Node's own crypto.
  external: ["cpu-features", "*.node"],
  logLevel: "warning",
});
chmodSync(join(root, "provider/pulumi-resource-host"), 0o755);
