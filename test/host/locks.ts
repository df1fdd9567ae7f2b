import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "smol-toml";

/** Hashes of the wheels that the tests install: tiny ones, of nothing but Python. */
const wheels = {
  "iniconfig==2.0.0": "b6a85871a79d2e3b22d2d1b94ac2824226a63c6b741c88f7ae975f18b6778374",
  "iniconfig==2.1.0": "9deba5723312380e77435581c6bf4935c94cbfab9b1ed33ef8d238ea168eb760",
  "six==1.16.0": "8abb2f1d86890a2dfb989f9a77cfcfd3e47c2a354b01111771326f8aa26e0254",
  "sniffio==1.3.1": "2f6da418d1f1e0fddd844478f41680e794e6051915791a034ff65e5f100525a2",
} as const;
type Wheel = keyof typeof wheels;

/** What a release asks for; how each tool sums that up, as the tools themselves have said it. */
export interface Wanted {
  packages: readonly Wheel[];
  poetry: string;
  pdm: string;
  pipenv: string;
}
export const before: Wanted = {
  packages: ["iniconfig==2.0.0", "six==1.16.0"],
  poetry: "7b8dcd9dd8052164b5f4657bca5d43493fedef1a346aef7e133e15fa41e2b636",
  pdm: "049f5b0d96dc215be1dc7b3f8534f0f9bdf460af3157c7820d9d744c551446e0",
  pipenv: "ccbcf2d635b16d7523cec40b4a8951074a6c7b7614ebedc01b9f23abe67cc369",
};
/** One package changed, one added, one removed. */
export const after: Wanted = {
  packages: ["iniconfig==2.1.0", "sniffio==1.3.1"],
  poetry: "f4adf99fb13be6afbda917f38ab0ebde63b35e260d1714698d10cfec2ed11fe4",
  pdm: "56d34ff025e330514322fc759f4610fbf8fff01590b551b3cc4ebc21cc2844ba",
  pipenv: "4ec7830fd288312581b1a4537c0cfe206e3d97a99562a007c640ed0a83a2b362",
};

type Files = Record<string, string>;
export type Manager = "pip" | "pyproject" | "uv" | "poetry" | "pdm" | "pipenv";
const parts = (wheel: string) => wheel.split("==") as [string, string];
const project = (packages: readonly string[]) =>
  `[project]\nname = "tiny"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = [${packages.map((one) => JSON.stringify(one)).join(", ")}]\n`;
const pipfile = (packages: readonly string[]) =>
  `[packages]\n${packages.map((one) => `${parts(one)[0]} = "==${parts(one)[1]}"\n`).join("")}`;

/** What people write: for no release's lock, where the packages are others than its own. */
export const written = (manager: Manager, packages: readonly string[]): Files => {
  if (manager === "pip") return { "requirements.txt": `${packages.join("\n")}\n` };
  return manager === "pipenv" ? { Pipfile: pipfile(packages) } : { "pyproject.toml": project(packages) };
};

/** What people and the manager's own tool write for a release. */
export function filesOf(manager: Manager, wanted: Wanted): Files {
  const people = written(manager, wanted.packages);
  switch (manager) {
    case "uv":
      return { ...people, "uv.lock": lockedByUv(people) };
    case "poetry":
      return { ...people, "poetry.lock": poetryLock(wanted) };
    case "pdm":
      return { ...people, "pdm.lock": pdmLock(wanted) };
    case "pipenv":
      return { ...people, "Pipfile.lock": pipfileLock(wanted) };
    default:
      return people;
  }
}

const fileOf = (wheel: Wheel) => {
  const [name, version] = parts(wheel);
  const tag = name === "six" ? "py2.py3" : "py3";
  return { file: `${name}-${version}-${tag}-none-any.whl`, hash: `sha256:${wheels[wheel]}` };
};

const poetryLock = ({ packages, poetry }: Wanted): string =>
  stringify({
    package: packages.map((wheel) => ({
      name: parts(wheel)[0],
      version: parts(wheel)[1],
      description: "",
      optional: false,
      "python-versions": ">=3.7",
      groups: ["main"],
      files: [fileOf(wheel)],
    })),
    metadata: { "lock-version": "2.1", "python-versions": ">=3.9", "content-hash": poetry },
  });

const pdmLock = ({ packages, pdm }: Wanted): string =>
  stringify({
    metadata: {
      groups: ["default"],
      strategy: ["inherit_metadata"],
      lock_version: "4.5.1",
      content_hash: `sha256:${pdm}`,
      targets: [{ requires_python: ">=3.9" }],
    },
    package: packages.map((wheel) => ({
      name: parts(wheel)[0],
      version: parts(wheel)[1],
      requires_python: ">=3.7",
      summary: "",
      groups: ["default"],
      files: [fileOf(wheel)],
    })),
  });

const pipfileLock = ({ packages, pipenv }: Wanted): string => {
  const locked = packages.map((wheel) => {
    const [name, version] = parts(wheel);
    return [name, { hashes: [fileOf(wheel).hash], version: `==${version}` }];
  });
  const meta = { hash: { sha256: pipenv }, "pipfile-spec": 6, requires: {}, sources: [] };
  return JSON.stringify({ _meta: meta, default: Object.fromEntries(locked), develop: {} }, undefined, 4);
};

/** uv's lock names where each file is on the index of this machine: uv itself writes it. */
function lockedByUv(people: Files): string {
  const place = mkdtempSync(join(tmpdir(), "uv-lock-"));
  try {
    for (const [name, text] of Object.entries(people)) writeFileSync(join(place, name), text);
    execFileSync(uv(), ["lock", "--quiet", "--no-python-downloads"], { cwd: place });
    return readFileSync(join(place, "uv.lock"), "utf8");
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Of this machine, installed at the first call. */
function uv(): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "supervised", "uv-for-tests");
  const tool = join(cache, "bin/uv");
  if (existsSync(tool)) return tool;
  mkdirSync(cache, { recursive: true });
  execFileSync("python3", ["-m", "venv", cache]);
  execFileSync(join(cache, "bin/pip"), ["install", "--quiet", "uv==0.13.8"]);
  return tool;
}
