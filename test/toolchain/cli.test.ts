import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { placeLanguageHost } from "../../toolchain/build";
import { allWays, findCli } from "../../toolchain/cli";
import { versions } from "../../toolchain/versions";

const saved = { ...process.env };
let directory: string;
let said: string[];
const say = (line: string) => void said.push(line);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cli-"));
  said = [];
  Object.assign(process.env, {
    PATH: join(directory, "path"),
    PULUMI_HOME: join(directory, "home"),
    XDG_CACHE_HOME: join(directory, "cache"),
  });
});
afterEach(() => {
  process.env = { ...saved };
  rmSync(directory, { recursive: true });
});

/** A file that says it is of this version. */
function place(path: string, version: string, host = true): string {
  const at = join(directory, path);
  mkdirSync(at, { recursive: true });
  for (const name of ["pulumi", ...(host ? ["pulumi-language-nodejs"] : [])]) {
    writeFileSync(join(at, name), `#!/bin/sh\necho v${version}\n`);
    chmodSync(join(at, name), 0o755);
  }
  return at;
}
const inHome = `home/versions/${versions.pulumi}/bin`;
const built = `cache/supervised/pulumi-${versions.pulumi}`;
const last = async () => ({ directory: "/downloaded or built", fromSource: true });
const local = [...allWays.slice(0, 3), last];

describe("the ways to a CLI, in their order", () => {
  it("PATH comes first", async () => {
    const onPath = place("path", "3.300.0");
    place(inHome, versions.pulumi);
    expect(await findCli(say, local)).toEqual({ directory: onPath, fromSource: false });
    expect(said).toEqual([]);
  });

  it.each([
    ["too old", "3.1.0", true, /is older than/],
    ["without its language host", "3.300.0", false, /has no pulumi-language-nodejs/],
  ])("one on PATH that is %s is passed over, and that is told", async (_, version, host, message) => {
    place("path", version, host);
    const home = place(inHome, versions.pulumi);
    expect(await findCli(say, local)).toEqual({ directory: home, fromSource: false });
    expect(said.join("\n")).toMatch(message);
  });

  it("one that was built before is not built again, nor looked for anywhere", async () => {
    const directoryOfBuilt = place(built, versions.pulumi);
    expect(await findCli(say)).toEqual({ directory: directoryOfBuilt, fromSource: true });
    expect(said).toEqual([]);
  });

  it("a download or a build comes last", async () => {
    expect(await findCli(say, local)).toEqual(await last());
  });

  it("no way at all is an error that says what to do", async () => {
    await expect(findCli(say, [async () => undefined])).rejects.toThrow("install it by hand");
  });
});

it("our language host is one file that needs nothing beside it", () => {
  placeLanguageHost(directory);
  expect(existsSync(join(directory, "pulumi-language-nodejs"))).toBe(true);
});
