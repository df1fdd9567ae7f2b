import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSshPair } from "../../sandbox/keys";
import { type Forward, forwardTo } from "./forward";
import { directory, sandbox } from "./places";
import { tinyApp } from "./repository";
import { type Config, connectionTo, on, Stack, tiny, writes } from "./stack";

const stack = new Stack("connection");
const apps: Config = {};
let forward: Forward;

const web3 = (more: Config) => ({ hosts: { web3: { ...connectionTo(sandbox.host(3)), ...more } }, apps });
const quiet = ["", "--refresh=false"];

beforeAll(async () => {
  apps.connapp = tiny(tinyApp("connapp").url, 8104, { hosts: ["web3"] });
  stack.configure(web3({}));
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  forward = await forwardTo(sandbox.host(3).port);
  await sandbox.bring(3, "sudo");
  await on(3, "useradd -m deploy && echo 'deploy ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/deploy");
});
afterAll(() => {
  forward.close();
});

describe.each(quiet)("a changed way in needs no more than a plain up (%s)", (flag) => {
  const flags = flag === "" ? [] : [flag];
  const cases: [string, () => Promise<Config>, string][] = [
    [
      "a rotated key",
      async () => {
        const { privateKey, publicKey } = openSshPair();
        const file = join(directory, `rotated${flag.length}`);
        writeFileSync(file, privateKey, { mode: 0o600 });
        await on(
          3,
          `cp -n /root/.ssh/authorized_keys /root/first_key; echo '${publicKey}' >/root/.ssh/authorized_keys`,
        );
        return { privateKeyFile: file };
      },
      "root@127.0.0.1",
    ],
    [
      "another port",
      async () => {
        await on(3, "cp /root/first_key /root/.ssh/authorized_keys");
        const { hostKey } = sandbox.host(3);
        return { port: forward.port, hostKey, knownHosts: undefined };
      },
      "root@127.0.0.1",
    ],
    [
      "another user, who becomes root by sudo",
      async () => {
        await on(
          3,
          "install -d -o deploy -m 700 ~deploy/.ssh && install -o deploy -m 600 /root/first_key ~deploy/.ssh/authorized_keys",
        );
        return { user: "deploy", become: "sudo" };
      },
      "deploy@127.0.0.1",
    ],
  ];

  it.each(cases)("%s", async (_, change, user) => {
    stack.configure(web3(await change()));
    const up = await stack.up(...flags);
    expect(up.exitCode, up.text).toBe(0);
    expect(writes(up)).toEqual([]);
    const connects = up.trace.filter(({ kind }) => kind === "connect").map(({ command }) => command);
    expect(connects.at(-1)).toContain(user);
    // With --refresh=false credentials alone are no change; all else is looked at over the new way.
    if (flag === "") expect(up.trace.some(({ kind }) => kind === "read")).toBe(true);
  });
});

describe("a host that can't be reached", () => {
  it("is told clearly, and no success is claimed", async () => {
    stack.configure(web3({ port: 9, hostKey: sandbox.host(3).hostKey, knownHosts: undefined }));
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain("web3 (127.0.0.1): can't connect: 127.0.0.1:9 refused the connection");
    expect(up.text).not.toMatch(/\n\s+at .*\.ts:\d+/);
  });

  it("with another host key is sent nothing, and both fingerprints are shown", async () => {
    const other = openSshPair().publicKey;
    stack.configure(web3({ hostKey: other, knownHosts: undefined }));
    const up = await stack.up("--refresh=false"); // which would look by the key that was right
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toMatch(/it shows the host key SHA256:\S+, which is not trusted/);
    expect(up.text).toMatch(/Expected \(hostKey\): SHA256:/);
    expect(writes(up)).toEqual([]);
    expect(up.trace.filter(({ kind }) => kind === "read")).toEqual([]);
  });

  it("and is gone for good can be forgotten", async () => {
    const dead = new Stack("dead");
    const gone = await forwardTo(sandbox.host(2).port);
    const { hostKey } = sandbox.host(2);
    const web2 = { ...connectionTo(sandbox.host(2)), port: gone.port, hostKey, knownHosts: undefined };
    dead.configure({ hosts: { web2 }, apps: { deadapp: tiny(tinyApp("deadapp").url, 8105, { hosts: ["web2"] }) } });
    const up = await dead.up();
    expect(up.exitCode, up.text).toBe(0);
    gone.close();

    const refused = await dead.destroy();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.text).toContain("SUPERVISED_FORGET=web2");
    const destroy = await dead.run(["destroy", "--yes", "--skip-preview"], { env: { SUPERVISED_FORGET: "web2" } });
    expect(destroy.exitCode, destroy.text).toBe(0);
    expect(destroy.text).toContain("left on web2, which can't be reached (SUPERVISED_FORGET)");
  });
});
