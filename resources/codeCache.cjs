// Keeps what V8 made of the modules of a process, so that the next one compiles nothing: a third of the time of its start.
// Node does it itself from 22 on. A module that was edited is compiled anew; a cache that can't be read or written is none.
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");
const { crc32 } = require("node:zlib");

/** Beside the packages. */
const compiled = join(__dirname, "..", "node_modules", ".cache", "supervised", "compiled");

/**
 * For all modules that are loaded from now on. `name` tells processes with other modules apart. Answers what writes down
 * what is new by then; functions that have run come compiled the next time, so it should be called after the start.
 */
function keepCode(name, directory = compiled) {
  if (Module.enableCompileCache !== undefined) {
    Module.enableCompileCache(directory);
    return () => Module.flushCompileCache?.();
  }
  const path = join(directory, `${name}-${process.version}`);
  const kept = read(path);
  const used = new Map();
  let isNew = false;

  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename) {
    // Only Node itself can give a script what it imports as it runs.
    if (/\bimport\s*\(\s*[^)\s]/.test(content)) return compile.call(this, content, filename);
    const sum = crc32(content);
    const known = kept.get(filename);
    const cachedData = known?.sum === sum ? known.code : undefined;
    const source = Module.wrap(content.replace(/^#!/, "//"));
    const script = new vm.Script(source, { filename, cachedData });
    if (cachedData === undefined || script.cachedDataRejected) isNew = true;
    used.set(filename, { sum, script });
    const { exports } = this;
    return script.runInThisContext().call(exports, exports, requireOf(this), this, filename, dirname(filename));
  };

  return () => {
    if (!isNew) return;
    isNew = false;
    for (const [filename, { sum, script }] of used) kept.set(filename, { sum, code: script.createCachedData() });
    write(path, kept);
  };
}

/** As Node makes it for each module. */
function requireOf(module) {
  const resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  const { _extensions: extensions, _cache: cache } = Module;
  return Object.assign((id) => module.require(id), { resolve, main: process.mainModule, extensions, cache });
}

function read(path) {
  try {
    return v8.deserialize(readFileSync(path));
  } catch {
    return new Map();
  }
}

function write(path, kept) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, v8.serialize(kept));
    renameSync(`${path}.${process.pid}`, path);
  } catch {
    // Packages that nobody may write to.
  }
}

module.exports = { keepCode };
