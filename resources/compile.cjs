// Turns a TypeScript file and all that it imports into one script, packages aside. The script is kept beside the packages
// with digests of what it was made from: an edited file, wherever it is, makes a new one.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { dirname, join, resolve } = require("node:path");

const cache = join(__dirname, "..", "node_modules", ".cache", "supervised");
const digest = (data) => createHash("sha256").update(data).digest("hex").slice(0, 16);

/** The script of a file, from the cache where that is as new as its sources, and the path that traces name. */
function compile(entry) {
  const path = join(cache, `${digest(entry)}.cjs`);
  return { path, script: kept(path) ?? keep(path, bundle(entry)) };
}

function kept(path) {
  try {
    const sources = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const isFresh = Object.entries(sources).every(([source, then]) => digest(readFileSync(source)) === then);
    return isFresh ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined; // there is none yet, or a source is gone
  }
}

function bundle(entry) {
  const { buildSync } = require("esbuild");
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: dirname(entry),
    entryPoints: [entry],
    bundle: true,
    packages: "external",
    platform: "node",
    target: `node${process.versions.node.split(".")[0]}`,
    format: "cjs",
    write: false,
    metafile: true,
    // No source map: the engine asks for a trace with each resource, and reading the map for it takes half a second.
    // The script is there to be opened at the line that a trace names, and says which file each part is from.
    logLevel: "silent",
    loader: { ".sh": "text", ".py": "text" },
  });
  const paths = Object.keys(metafile.inputs).map((path) => resolve(dirname(entry), path));
  const sources = Object.fromEntries(paths.map((path) => [path, digest(readFileSync(path))]));
  return { sources, script: outputFiles[0].text };
}

function keep(path, { sources, script }) {
  const put = (place, text) => {
    writeFileSync(`${place}.${process.pid}`, text);
    renameSync(`${place}.${process.pid}`, place);
  };
  try {
    mkdirSync(cache, { recursive: true });
    put(path, script);
    put(`${path}.json`, JSON.stringify(sources));
  } catch {
    // Packages that nobody may write to: it is bundled at each start.
  }
  return script;
}

module.exports = { compile };
