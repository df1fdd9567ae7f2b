import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(__dirname, "..");
const folders = ["settings", "components", "resources", "provider", "conf", "hosts", "sandbox", "toolchain", "schema"];

const filesOf = (at: string): string[] =>
  readdirSync(at).flatMap((name) => {
    const path = join(at, name);
    if (statSync(path).isDirectory()) return filesOf(path);
    return name.endsWith(".ts") && !name.endsWith(".d.ts") ? [path] : [];
  });

interface Import {
  from: string;
  /** A package, or a path below the root. */
  to: string;
  typeOnly: boolean;
}

const imports: Import[] = [...folders.flatMap((folder) => filesOf(join(root, folder))), join(root, "index.ts")].flatMap(
  (file) =>
    [...readFileSync(file, "utf8").matchAll(/^(import|export)( type)?\s[^;]*?from\s+"([^"]+)"/gm)].map(
      ([, , type, target]) => ({
        from: relative(root, file),
        to: target!.startsWith(".") ? relative(root, resolve(dirname(file), target!)) : target!,
        typeOnly: type !== undefined,
      }),
    ),
);
const offenders = (rule: (one: Import) => boolean) => imports.filter(rule).map(({ from, to }) => `${from} → ${to}`);

describe("imports go downwards only", () => {
  it("are found at all", () => expect(imports.length).toBeGreaterThan(150));

  it.each<[string, (one: Import) => boolean]>([
    [
      "settings knows no component and no resource",
      ({ from, to }) => /^settings\//.test(from) && /^(components|resources)\//.test(to),
    ],
    [
      "components never read config",
      ({ from, to, typeOnly }) => /^components\//.test(from) && /^settings/.test(to) && !typeOnly,
    ],
    [
      "the program's side takes only types from the plugin",
      ({ from, to, typeOnly }) =>
        /^(components|resources|settings|index)/.test(from) && /^provider\//.test(to) && !typeOnly,
    ],
    [
      "the plugin knows nothing of the program",
      ({ from, to }) => /^provider\//.test(from) && /^(components|resources|settings)/.test(to),
    ],
    [
      "only provider/plugin.ts puts a transport behind the resources",
      ({ from, to }) => /^provider\/[^/]+$/.test(from) && from !== "provider/plugin.ts" && /^provider\/ssh\//.test(to),
    ],
    [
      "commands know only shell.ts, each other and conf",
      ({ from, to }) => /^provider\/commands\//.test(from) && !/^(provider\/commands\/|conf\/)/.test(to),
    ],
    ["ssh2 appears only below provider/ssh", ({ from, to }) => to === "ssh2" && !/^provider\/ssh\//.test(from)],
    [
      "ssh knows of commands only how they are rendered",
      ({ from, to }) =>
        /^provider\/ssh\//.test(from) &&
        /^provider\/(?!ssh\/)/.test(to) &&
        !/^provider\/(commands\/(shell|batch)|connection)$/.test(to),
    ],
    [
      "hosts reads settings and connects; it knows no component, no resource and no sandbox",
      ({ from, to }) =>
        /^hosts\//.test(from) &&
        !/^(hosts|settings|provider\/(ssh|commands\/shell|connection)|toolchain\/cli)/.test(to) &&
        /^(components|resources|provider|conf|sandbox|toolchain|settings)\b/.test(to),
    ],
    [
      "no Pulumi below commands, ssh and conf",
      ({ from, to }) => /^(provider\/(commands|ssh)|conf)\//.test(from) && to.startsWith("@pulumi/"),
    ],
    [
      "conf is pure",
      ({ from, to }) =>
        /^conf\//.test(from) &&
        (/^(provider|components|resources|settings)/.test(to) ||
          ["node:fs", "node:child_process", "node:net"].includes(to)),
    ],
    [
      "what users run knows nothing of the sandbox and of what is generated",
      ({ from, to }) =>
        /^(settings|components|resources|provider|conf|index)/.test(from) &&
        /^(sandbox|toolchain|schema|hosts|bench)\//.test(to),
    ],
  ])("%s", (_, rule) => expect(offenders(rule)).toEqual([]));

  it("ssh never mentions git, venv or supervisor", () => {
    const words = filesOf(join(root, "provider/ssh")).filter((file) =>
      /\b(git|venv|supervisord?)\b/i.test(readFileSync(file, "utf8")),
    );
    expect(words).toEqual([]);
  });

  it("index.ts has fewer than 40 lines, and no file more than 250", () => {
    const lines = (file: string) => readFileSync(file, "utf8").split("\n").length;
    expect(lines(join(root, "index.ts"))).toBeLessThan(40);
    expect(folders.flatMap((folder) => filesOf(join(root, folder))).filter((file) => lines(file) > 250)).toEqual([]);
  });
});
