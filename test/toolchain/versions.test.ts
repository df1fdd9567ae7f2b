import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareVersions, versions } from "../../toolchain/versions";

const read = (name: string) => JSON.parse(readFileSync(join(__dirname, "../..", name), "utf8"));

describe("pinned versions", () => {
  it("are exact in package.json, and resolved to by package-lock.json", () => {
    const { dependencies } = read("package.json");
    const { packages } = read("package-lock.json");
    expect(dependencies["@pulumi/command"]).toBe(versions.command);
    expect(packages["node_modules/@pulumi/command"].version).toBe("1.2.1");
    expect(dependencies["@pulumi/pulumi"]).toBe(versions.pulumi);
    expect(packages["node_modules/@pulumi/pulumi"].version).toBe(versions.pulumi);
  });
});

describe("comparing versions", () => {
  it.each([
    ["3.259.0", "3.259.0", 0],
    ["v3.9.0", "3.10.0", -1],
    ["go1.26.8", "1.25.11", 1],
    ["3.259.0-dev", "3.259.0", 0],
    ["1.25", "1.25.11", -1],
  ])("%s and %s: %d", (a, b, expected) => expect(compareVersions(a, b)).toBe(expected));
});
