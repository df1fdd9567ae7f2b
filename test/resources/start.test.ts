import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(__dirname, "..", "..");
const node = (program: string): string =>
  execFileSync(process.execPath, ["--require", "./resources/start.cjs", "-e", program], {
    cwd: root,
    encoding: "utf8",
  }).trim();

describe("the start of a program", () => {
  it("loads neither a compiler nor a package manager", () => {
    const loaded = node(`
      require("@pulumi/pulumi"); require("./settings");
      console.log(["typescript", "@npmcli/arborist", "zod/v4/locales/index.cjs"].filter((name) =>
        Object.keys(require.cache).some((path) => path.includes("/node_modules/" + name))).join())`);
    expect(loaded).toBe("");
  });

  it("has them where they are used", () => {
    const program = `require("@pulumi/pulumi").runtime.serializeFunction(() => 4711).then(({ text }) => console.log(text))`;
    expect(node(program)).toContain("4711");
    expect(node(`console.log(typeof require("@pulumi/pulumi").automation.LocalWorkspace.create)`)).toBe("function");
    expect(node(`console.log(require("zod").z.locales.de().localeError !== undefined)`)).toBe("true");
  });

  it("compiles TypeScript", () =>
    expect(node(`console.log(typeof require("./settings").loadSettings)`)).toBe("function"));
});
