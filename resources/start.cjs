// Loaded before the program (Pulumi.yaml, `nodeargs`), to start it in a fraction of the time.
const Module = require("node:module");
const { dirname, join } = require("node:path");
const { keepCode } = require("./codeCache.cjs");
const { joinDebug, spareTraces } = require("./spare.cjs");

process.on("exit", keepCode("program"));
const { compile } = require("./compile.cjs");

// The program is bundled as it is required; what it was bundled from says whether the last bundle is still good.
require.extensions[".ts"] = (module, filename) => {
  const { path, script } = compile(filename);
  module._compile(script, path);
};

// What a program without closures, tracing, automation or other languages never uses is most of what a start would read.
// Such a part loads when it is really used; where a new version of a package has other parts, nothing is put off.
const putOff = [
  {
    by: /@pulumi\/pulumi\/(runtime\/closure\/|typescript-shim)/,
    what: /^(typescript|@npmcli\/arborist|normalize-package-data)$/,
  },
  // V8's debugger, which tells in which file a function is that can't be serialized.
  {
    by: /@pulumi\/pulumi\/cmd\/run\/index\.js$/,
    what: /closure\/v8Hooks$/,
    meanwhile: { isInitializedAsync: async () => {} },
  },
  { by: /@pulumi\/pulumi\/cmd\/run\/tracing\.js$/, what: /^@opentelemetry\/(?!api$)/, taken: true },
  { by: /@pulumi\/pulumi\/index\.js$/, what: /^\.\/automation$/ },
  // Stack traces would be looked up in source maps, which the bundle has none of.
  { by: /@pulumi\/pulumi\/cmd\/run\/index\.js$/, what: /^source-map-support\/register$/ },
  { by: /zod\/v4\/(core\/index|classic\/external)/, what: /locales\/index/ },
];

const load = Module._load;
Module._load = function (request, parent, isMain) {
  const real = () => load.call(this, request, parent, isMain);
  const from = (parent?.filename ?? "").replaceAll("\\", "/");
  const found = putOff.find(({ by, what }) => what.test(request) && by.test(from));
  if (found === undefined) {
    const loaded = real();
    if (/@pulumi\/pulumi\//.test(from)) spare(request, loaded, parent);
    return loaded;
  }
  return new Proxy(() => {}, {
    get(_, key) {
      // A module of ES kind is handed on as it is; any other would be copied, and so loaded, at once.
      if (key === "__esModule") return true;
      if (found.meanwhile?.[key] !== undefined) return found.meanwhile[key];
      return found.taken ? later(() => real()[key]) : (real()[key] ?? (key === "default" ? real() : undefined));
    },
    has: (_, key) => key in real(),
  });
};

/** Of a module of Pulumi's library that was just loaded by another one. */
function spare(request, loaded, parent) {
  if (/(^|\/)debuggable$/.test(request)) spareTraces(loaded);
  if (!/(^|\/)log$/.test(request)) return;
  const settings = join(dirname(Module._resolveFilename(request, parent)), "..", "runtime", "settings");
  // It is loading still: these modules need each other.
  joinDebug(loaded, () => require(settings).rpcKeepAlive());
}

/** Of a module that is taken apart as it is loaded: a function or class that loads when it is called. */
const later = (real) =>
  new Proxy(class {}, {
    apply: (_, self, words) => Reflect.apply(real(), self, words),
    construct: (_, words) => Reflect.construct(real(), words),
  });
