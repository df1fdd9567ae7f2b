// Loaded before the program (Pulumi.yaml, `nodeargs`), to start it in a fraction of the time.
const Module = require("node:module");
const { join } = require("node:path");
const { keepCode } = require("./codeCache.cjs");

process.on("exit", keepCode(join(__dirname, "..", "node_modules", ".cache", "supervised", "compiled"), "program"));
const { compile } = require("./compile.cjs");

// The program is bundled as it is required; what it was bundled from says whether the last bundle is still good.
require.extensions[".ts"] = (module, filename) => {
  const { path, script } = compile(filename);
  module._compile(script, path);
};

// What a program without closures, automation or other languages never uses is two thirds of the files that a start would
// read, and a second of it. Such a part loads when it is really used; where a new version of a package has other parts,
// nothing is put off.
const putOff = [
  { by: /@pulumi\/pulumi\/(runtime\/closure\/|typescript-shim)/, what: /^(typescript|@npmcli\/arborist)$/ },
  { by: /@pulumi\/pulumi\/index\.js$/, what: /^\.\/automation$/ },
  // Each promise of the library is given a stack trace; looked up in source maps, which the bundle has none of, these
  // would be half of the work of a program with many hosts.
  { by: /@pulumi\/pulumi\/cmd\/run\/index\.js$/, what: /^source-map-support\/register$/ },
  { by: /zod\/v4\/(core\/index|classic\/external)/, what: /locales\/index/ },
];

const load = Module._load;
Module._load = function (request, parent, isMain) {
  const real = () => load.call(this, request, parent, isMain);
  const from = (parent?.filename ?? "").replaceAll("\\", "/");
  if (!putOff.some(({ by, what }) => what.test(request) && by.test(from))) return real();
  return new Proxy(() => {}, {
    // A module of ES kind is handed on as it is; any other would be copied, and so loaded, at once.
    get: (_, key) => (key === "__esModule" ? true : (real()[key] ?? (key === "default" ? real() : undefined))),
    has: (_, key) => key in real(),
  });
};
