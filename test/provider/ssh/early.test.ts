import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bySupervisord, lookOf } from "../../../provider/commands/daemon";
import { type Command, command, type Fact, type Host, script } from "../../../provider/commands/shell";
import { Pool } from "../../../provider/ssh/pool";
import { startServer, type TestServer } from "./server";

let server: TestServer;
let directory: string;
beforeEach(async () => {
  server = await startServer();
  directory = mkdtempSync(join(tmpdir(), "early-"));
  for (const name of ["a", "b", "c"]) put(name, "1");
});
afterEach(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

const put = (name: string, text: string) => writeFileSync(join(directory, name), text);
const fact = (one: Command): Fact<string> => ({ command: one, parse: ({ stdout }) => stdout });
const cat = (name: string) => fact(command("cat", join(directory, name)));
const memory = () => join(directory, "memory");

/** What a process does that comes and goes; answers how many programs it has sent. */
async function aProcess(work: (host: Host) => Promise<void>): Promise<number> {
  const pool = new Pool({ directory: memory(), lookOf });
  const { port, hostKey, privateKey } = server;
  await work(pool.host({ host: "127.0.0.1", port, hostKey, privateKey, sshConfig: false }));
  const programs = /(\d+) program/.exec(pool.report()[0]!)![1];
  await pool.close();
  return Number(programs);
}
/** One after the other, as the engine may ask. */
const ask = (...facts: Fact<string>[]) =>
  aProcess(async (host) => {
    for (const one of facts) await host.read(one);
  });

describe("what a host was asked in the run before", () => {
  it("goes along with the first look, and its answers are of now", async () => {
    const python = fact(bySupervisord(`print(open(${JSON.stringify(join(directory, "c"))}).read())`, "a word"));
    expect(await ask(cat("a"), cat("b"), python)).toBe(3);
    for (const name of ["a", "b", "c"]) put(name, "2");
    const sent = await aProcess(async (host) => {
      expect(await host.read(cat("b"))).toBe("2");
      expect(await Promise.all([host.read(cat("a")), host.read(python)])).toEqual(["2", "2\n"]);
    });
    expect(sent).toBe(1);
  });

  it("is answered once: whoever asks again sees what is there by then", async () => {
    await ask(cat("a"), cat("b"));
    await aProcess(async (host) => {
      await host.read(cat("a"));
      put("b", "2");
      expect(await host.read(cat("b"))).toBe("1");
      expect(await host.read(cat("b"))).toBe("2");
    });
  });

  it("counts nothing once something is done there", async () => {
    await ask(cat("a"), cat("b"));
    await aProcess(async (host) => {
      await host.read(cat("a"));
      await host.run(script('echo 3 >"$1"', join(directory, "b")));
      expect(await host.read(cat("b"))).toBe("3\n");
    });
    // The next run asks what was asked last, to see that it is still so.
    expect(await ask(cat("a"), cat("b"))).toBe(1);
  });

  it("does not go along with what is done there", async () => {
    await ask(cat("a"), cat("b"));
    await aProcess(async (host) => {
      const running = host.run(script('sleep 0.5; echo 3 >"$1"', join(directory, "b")));
      expect(await host.read(cat("a"))).toBe("1");
      await running;
      expect(await host.read(cat("b"))).toBe("3\n");
    });
  });

  it("is forgotten when a run has not asked it", async () => {
    await ask(cat("a"), cat("b"));
    await ask(cat("a"));
    expect(await ask(cat("a"), cat("b"))).toBe(2);
  });

  it("fails whoever asks it, and nobody else", async () => {
    await ask(cat("a"), cat("b"));
    rmSync(join(directory, "b"));
    await aProcess(async (host) => {
      expect(await host.read(cat("a"))).toBe("1");
      await expect(host.read(cat("b"))).rejects.toThrow("exit code 1");
    });
  });

  it("is nothing where it can't be read", async () => {
    await ask(cat("a"), cat("b"));
    const [file] = readdirSync(memory());
    writeFileSync(join(memory(), file!), "[{");
    expect(await ask(cat("a"), cat("b"))).toBe(2);
    expect(JSON.parse(readFileSync(join(memory(), file!), "utf8"))).toHaveLength(2);
  });
});
