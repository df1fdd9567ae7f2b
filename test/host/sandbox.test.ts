import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { isPossible } from "../../sandbox/chroot";
import { Sandbox } from "../../sandbox/sandbox";
import { directory, sandbox } from "./places";

const own = new Sandbox(join(directory, "own-sandbox"));
const chroot = new Sandbox(join(directory, "chroot-sandbox"));
const answers = async (of: Sandbox) => String((await of.exec(1, ["cat", "/etc/debian_version"])).stdout);
const isPodman = (): boolean => sandbox.engine === "podman";

afterAll(async () => {
  await own.down(true);
  await chroot.down(true);
});

describe("a sandbox", () => {
  it("has a bare host: sshd, and nothing that is installed later", async () => {
    await own.up(1);
    expect(await answers(own)).toMatch(/^12\./);
    const found = await own.exec(1, ["sh", "-c", "command -v sshd git supervisorctl; python3 -m venv --help"]);
    expect(String(found.stdout)).toBe("/usr/sbin/sshd");
  });

  it("boots a host again that was stopped like by a power cut", async () => {
    const [host] = own.hosts;
    await own.kill(host!);
    expect(await own.isRunning(host!)).toBe(false);
    await own.up(1);
    expect(await answers(own)).toMatch(/^12\./);
  });

  it("makes a host anew whose processes were killed together with their monitor", async (context) => {
    if (!isPodman()) return context.skip();
    const [host] = own.hosts;
    const pids = execFileSync("podman", ["inspect", "--format", "{{.State.ConmonPid}} {{.State.Pid}}", host!.id], {
      encoding: "utf8",
    });
    for (const pid of pids.trim().split(" ").map(Number)) {
      process.kill(pid, "SIGKILL");
      await vi.waitUntil(() => !existsSync(`/proc/${pid}`), { timeout: 10_000 });
    }
    await own.up(1);
    expect(own.hosts[0]!.port).toBe(host!.port);
    expect(await answers(own)).toMatch(/^12\./);
  });

  it("is a directory with an sshd of its own where no container can be started", async (context) => {
    if (!isPossible()) return context.skip();
    process.env.SUPERVISED_ENGINE = "chroot";
    try {
      await chroot.up(1);
      expect(await answers(chroot)).toMatch(/^12\./);
      expect(chroot.engine).toBe("chroot");
      await chroot.down();
      expect(chroot.hosts).toEqual([]);
    } finally {
      delete process.env.SUPERVISED_ENGINE;
    }
  });
});
