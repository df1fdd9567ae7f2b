import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { keyFiles, Sandbox } from "../../sandbox/sandbox";
import { directory } from "./places";
import { type Repository, tinyApp, tinyServer } from "./repository";
import { type Config, Stack, tiny } from "./stack";

// New machines are set up from nothing several times over.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

/** Machines of this file's own, which die for good: web1 is the first, then the third, then the fourth of them. */
const own = join(directory, "dead");
const machines = new Sandbox(own, (line) => console.log(`  ${line}`));
const stack = new Stack("deadhost");
const [port, livePort] = [8133, 8134];
let app: Repository;
let live: Repository;

const to = (number: number, host = "127.0.0.1"): Config => {
  const machine = machines.host(number);
  const { identity } = keyFiles(own);
  return { host, port: machine.port, hostKey: machine.hostKey, sshConfig: false, privateKeyFile: identity };
};

function configure(hosts: Record<string, Config>, protect = false): void {
  stack.write({
    hosts,
    groups: { web: Object.keys(hosts) },
    defaults: { host: { connectTimeout: 5 } },
    apps: {
      deadapp: tiny(app.url, port, { hosts: ["web"], protect }),
      liveapp: tiny(live.url, livePort, { hosts: ["web2"] }),
    },
  });
}

async function answerOf(number: number, at = port): Promise<string> {
  const ask = `import urllib.request as u; print(u.urlopen("http://127.0.0.1:${at}/", timeout=3).read().decode())`;
  const { stdout, stderr } = await machines.exec(number, ["python3", "-c", ask]);
  return `${stdout}${stderr}`;
}

const dies = (number: number) => machines.kill(machines.host(number));
const upForgetting = (name: string) =>
  stack.run(["up", "--yes", "--skip-preview"], { env: { SUPERVISED_FORGET: name } });

beforeAll(async () => {
  await machines.down(true);
  mkdirSync(own, { recursive: true });
  app = tinyApp("mortalapp");
  live = tinyApp("liveapp");
  // They fetch from the repositories of all tests.
  for (const name of ["git", "app"]) symlinkSync(join(directory, name), join(own, name));
  await machines.up(4);
  configure({ web1: to(1), web2: to(2) });
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
});
afterAll(() => machines.down(true));

describe("a host that died for good, or lost what its apps stand on", () => {
  it("shows in the preview, and keeps an update from all hosts of its apps, but not from other apps", async () => {
    app.push({ "src/app.py": tinyServer("two") }, "Two");
    live.push({ "src/app.py": tinyServer("two") }, "Two");
    await dies(1);
    const preview = await stack.preview();
    expect(preview.exitCode, preview.text).toBe(0);
    expect(preview.text).toMatch(/not read, the recorded state is kept: web1 \(127\.0\.0\.1\): can't connect/);
    const up = await stack.up("--continue-on-error");
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toMatch(/error: web1 \(127\.0\.0\.1\): can't connect/);
    expect([await answerOf(2), await answerOf(2, livePort)]).toEqual([
      expect.stringContaining("one"),
      expect.stringContaining("two"),
    ]);
  });

  it("is replaced by one with another address and key: the new one serves, the old one is forgotten by name", async () => {
    configure({ web1: to(3, "localhost"), web2: to(2) });
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain("Is this host gone for good? SUPERVISED_FORGET=web1 deletes it here only.");
    for (const number of [2, 3]) expect(await answerOf(number)).toContain("two");
    const forgot = await upForgetting("web1");
    expect(forgot.exitCode, forgot.text).toBe(0);
    expect(forgot.text).toContain("left on web1, which can't be reached (SUPERVISED_FORGET)");
    expect((await stack.up()).exitCode).toBe(0);
  });

  it("is replaced by a bare one at the same address with a key of its own, and set up anew by a plain up", async () => {
    await dies(3);
    configure({ web1: to(4, "localhost"), web2: to(2) });
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    for (const number of [2, 4]) expect(await answerOf(number)).toContain("two");
    const preview = await stack.preview();
    expect(preview.text).toMatch(/\d+ unchanged/);
    expect(preview.text).not.toMatch(/to (create|update|replace)/);
  });

  it("comes back bare with the key that it had, which a preview tells, and is set up anew by a plain up", async () => {
    await machines.lose(machines.host(4));
    await machines.up(4);
    const stale = await stack.preview("--refresh=false");
    expect(stale.text).toContain("python3 is not there any more: `pulumi up` without --refresh=false brings it");
    const preview = await stack.preview();
    expect(preview.exitCode, preview.text).toBe(0);
    expect(preview.text).toMatch(/6 to create/);
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    for (const number of [2, 4]) expect(await answerOf(number)).toContain("two");
  });

  it("without its git and its supervisor has them again by a plain up", async () => {
    const { exitCode } = await machines.exec(4, ["sh", "-c", "apt-get -q purge -y git supervisor"]);
    expect(exitCode).toBe(0);
    const preview = await stack.preview();
    expect(preview.exitCode, preview.text).toBe(0);
    expect(preview.text).toMatch(/web1 \S+: would install git, supervisor/);
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(4)).toContain("two");
  });

  it("whose supervisord listens elsewhere than at the last update is asked there", async () => {
    const run = async (line: string) => String((await machines.exec(4, ["sh", "-c", line])).stdout);
    const remembered = JSON.parse(await run("cat /var/lib/supervised/supervisord.json"));
    expect(remembered.door.socket).toBe("/var/run/supervisor.sock");
    await run(
      `supervisorctl shutdown; while pgrep -x supervisord; do sleep 0.1; done
       sed -i 's#/var/run/supervisor.sock#/run/elsewhere.sock#' /etc/supervisor/supervisord.conf
       supervisord -c /etc/supervisor/supervisord.conf`,
    );
    await vi.waitFor(async () => expect(await run("supervisorctl status deadapp")).toContain("RUNNING"), 30_000);
    const preview = await stack.preview();
    expect(preview.text).toMatch(/\d+ unchanged/);
    expect(preview.text).not.toMatch(/to (create|update|replace)/);
  });

  it("without the account of an app has it again by a plain up", async () => {
    await machines.exec(4, ["sh", "-c", "supervisorctl stop deadapp && userdel -f deadapp"]);
    const preview = await stack.preview();
    expect(preview.exitCode, preview.text).toBe(0);
    expect(preview.text).toMatch(/unknown: its owner, \d+, has no account/);
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(4)).toContain("two");
    expect(String((await machines.exec(4, ["stat", "-c", "%U", "/opt/deadapp/.git"])).stdout)).toBe("deadapp");
  });

  it("is taken out of the settings: the others go on, and it is forgotten", async () => {
    await dies(4);
    app.push({ "src/app.py": tinyServer("three") }, "Three");
    configure({ web2: to(2) });
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain("SUPERVISED_FORGET=web1");
    expect(await answerOf(2)).toContain("three");
    const forgot = await upForgetting("web1");
    expect(forgot.exitCode, forgot.text).toBe(0);
    expect(stack.state()).not.toContain("web1");
  });

  it("of an app that is protected needs pulumi state unprotect before it is forgotten", async () => {
    configure({ web2: to(2) }, true);
    expect((await stack.up()).exitCode).toBe(0);
    await dies(2);
    const refused = await stack.run(["destroy", "--yes", "--skip-preview"], { env: { SUPERVISED_FORGET: "web2" } });
    expect(refused.exitCode).not.toBe(0);
    expect(refused.text).toMatch(/cannot be deleted\s+because it is protected/);
    expect((await stack.pulumi("state", "unprotect", "--all", "--yes")).exitCode).toBe(0);
    const destroy = await stack.run(["destroy", "--yes", "--skip-preview"], { env: { SUPERVISED_FORGET: "web2" } });
    expect(destroy.exitCode, destroy.text).toBe(0);
  });
});
