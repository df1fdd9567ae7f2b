import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { programs, replaced } from "./arbitrary";
import { pythonWith, versions } from "./oracle";
import { portions } from "./seed";
import { written } from "./written";

/** Writes down what it was started with. */
const child = (python: string) => `#!${python} -SEI
import json, os, stat, sys
text = lambda value: os.fsencode(value).decode("utf-8", "surrogatepass")
mask = os.umask(0)
told = {
    "argv": [text(word) for word in sys.argv],
    "environment": {text(name): text(value) for name, value in os.environ.items()},
    "directory": os.getcwd(),
    "umask": mask,
    "socket": stat.S_ISSOCK(os.fstat(0).st_mode),
}
place = os.path.join(os.path.dirname(sys.argv[0]), "..", "told", os.environ["SUPERVISOR_PROCESS_NAME"])
with open(place + ".new", "w") as file:
    json.dump(told, file)
os.rename(place + ".new", place)
`;

const mainConf = (directory: string) => `[supervisord]
logfile=${directory}/log
pidfile=${directory}/pid
childlogdir=${directory}
[include]
files=${directory}/conf.d/*.conf
`;

describe.each(versions)("what supervisord %s starts", (version) => {
  it("has the words, the environment, the directory and the mask that were asked for", {
    timeout: 300_000,
  }, async () => {
    const python = await pythonWith(version);
    const directory = mkdtempSync(join(tmpdir(), "supervised-spawn-"));
    const checkout = join(directory, "the app's 50% ;#x");
    const odd = "d %(process_num)d ;é";
    for (const each of ["bin", "told", "d 0 ;é"]) mkdirSync(join(checkout, each), { recursive: true });
    mkdirSync(join(directory, "conf.d"));
    writeFileSync(join(checkout, "bin/run"), child(python));
    chmodSync(join(checkout, "bin/run"), 0o755);
    writeFileSync(join(directory, "supervisord.conf"), mainConf(directory));

    const all = [...portions(programs, 40)].flat().map((one, i) => {
      const { command, umask } = one.program.options;
      const socket = i % 4 === 0 ? { socket: `unix://${directory}/%(program_name)s.sock` } : {};
      const once = { startsecs: 0, autorestart: false, user: userInfo().username, stdout_logfile: "NONE" };
      const options = { command, umask, directory: odd, ...once, ...socket };
      return { ...one, program: { ...one.program, name: `app${i}`, checkout, start: true, options } };
    });
    const texts = all.map(written);
    for (const [i, { text }] of texts.entries()) writeFileSync(join(directory, `conf.d/${i}.conf`), text);

    const env = { PATH: process.env.PATH, LC_ALL: "C.UTF-8", STAGE: "blue" };
    const words = [
      "-W",
      "ignore",
      "-m",
      "supervisor.supervisord",
      "-n",
      "-s",
      "-c",
      join(directory, "supervisord.conf"),
    ];
    const daemon = spawn(python, words, { env, stdio: "ignore", cwd: directory });
    const ended = new Promise((resolve) => daemon.once("exit", resolve));
    try {
      const told = join(checkout, "told");
      await expect
        .poll(() => readdirSync(told).filter((name) => /^app\d+$/.test(name)).length, {
          timeout: 120_000,
          interval: 100,
        })
        .toBe(all.length);
      for (const [i, { program, words: asked }] of all.entries()) {
        const found = JSON.parse(readFileSync(join(told, program.name), "utf8"));
        const { environment } = texts[i]!;
        const text = (word: string) => replaced(word.replaceAll("%(program_name)s", program.name), program, 0);
        expect(found.argv.slice(1)).toEqual(asked.slice(1).map(text));
        const added = Object.entries(found.environment).filter(
          ([key]) => !(key in env) && !key.startsWith("SUPERVISOR_"),
        );
        expect(Object.fromEntries(added)).toEqual(environment);
        expect(found.directory).toBe(join(checkout, "d 0 ;é"));
        if (program.options.umask !== undefined) expect(found.umask).toBe(Number.parseInt(program.options.umask, 8));
        expect(found.socket).toBe(i % 4 === 0);
      }
    } finally {
      if (!existsSync(join(directory, "pid")) || daemon.exitCode === null) daemon.kill();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
