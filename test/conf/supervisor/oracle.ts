import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";

/** The oldest that we promise (Debian 12's), and the newest there is. */
export const versions = ["4.2.5", "4.3.0"] as const;
export type Version = (typeof versions)[number];

/** The interpreter of an environment with that supervisor, made at the first call on this machine. */
export async function pythonWith(version: Version): Promise<string> {
  const { stdout: python } = await execa("python3", ["-c", "import platform; print(platform.python_version())"]);
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "supervised");
  const place = join(cache, `supervisor-${version}-python-${python}`);
  const interpreter = join(place, "bin/python");
  if (existsSync(interpreter)) return interpreter;
  console.log(`installing supervisor ${version} for the tests (takes some seconds, once)`);
  mkdirSync(cache, { recursive: true });
  // Beside its place, where several test files may be at it at a time.
  const made = mkdtempSync(`${place}.`);
  try {
    await execa("python3", ["-m", "venv", made]);
    // 4.2.5 needs pkg_resources, which later setuptools no longer have.
    const packages = [`supervisor==${version}`, "setuptools<81"];
    await execa(join(made, "bin/python"), ["-m", "pip", "install", "-q", "--disable-pip-version-check", ...packages]);
    renameSync(made, place);
  } catch (error) {
    // Another run was quicker.
    if (!existsSync(interpreter)) throw error;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return interpreter;
}

export type Question = [kind: "conf" | "next" | "sections" | "words" | "environment" | "expand", text: string];

/** One process of a version, that answers many questions at a time. */
export class Oracle {
  readonly #waiting: { resolve(answers: unknown): void; reject(error: Error): void }[] = [];

  private constructor(
    readonly version: Version,
    readonly child: ChildProcess,
  ) {
    createInterface({ input: child.stdout! }).on("line", (line) => this.#waiting.shift()?.resolve(JSON.parse(line)));
    child.on("exit", (code) => {
      for (const { reject } of this.#waiting) reject(new Error(`supervisor ${version} ended with ${code}`));
    });
  }

  static async of(version: Version): Promise<Oracle> {
    const env = { ...process.env, PYTHONUTF8: "1", PYTHONWARNINGS: "ignore" };
    const words = ["-B", join(__dirname, "oracle.py")];
    return new Oracle(version, spawn(await pythonWith(version), words, { env, stdio: ["pipe", "pipe", "inherit"] }));
  }

  ask<T>(questions: readonly Question[]): Promise<T[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as (answers: unknown) => void, reject });
      this.child.stdin!.write(`${JSON.stringify(questions)}\n`);
    });
  }

  end(): void {
    this.child.kill();
  }
}
