import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sandbox } from "./places";
import { type Repository, tinyApp, tinyServer } from "./repository";
import { answerOf, type Config, connectionTo, on, type Ran, Stack, tiny } from "./stack";

/** Two hosts behind a bastion, reached as a user who becomes root with a password, and updated one after the other. */
const stack = new Stack("fleet");
const port = 8111;
const password = "s3cret of fleet";
let app: Repository;
let hosts: Config;

/** The hosts see each other by addresses of their own. */
async function behind(bastion: number, number: number): Promise<Config> {
  const { hostKey } = sandbox.host(number);
  const { port: _, knownHosts, ...rest } = connectionTo(sandbox.host(number));
  const proxy = connectionTo(sandbox.host(bastion));
  return {
    ...rest,
    host: await on(number, "hostname -I | cut -d' ' -f1"),
    hostKey,
    user: "fleet",
    become: "sudo",
    proxy,
  };
}

async function configure(more: Config = {}): Promise<void> {
  stack.configure({ hosts, apps: { fleetapp: tiny(app.url, port, { hosts: ["web1", "web2"], ...more }) } });
  for (const name of Object.keys(hosts)) {
    const path = `supervised:hosts.${name}.becomePassword`;
    await stack.pulumi("config", "set", "--secret", "--path", path, "--", password);
  }
}

const rollout = (onFailure: string) => ({ rollout: { canary: 1, pause: 1, onFailure } });
const activated = ({ trace }: Ran) => trace.filter(({ command }) => /^activate/.test(command)).map(({ host }) => host);

beforeAll(async () => {
  app = tinyApp("fleetapp");
  for (const number of [1, 2])
    await on(
      number,
      `apt-get -q update; apt-get -q -o DPkg::Lock::Timeout=300 install -y sudo; useradd -m -s /bin/bash fleet
       echo 'fleet:${password}' | chpasswd; echo 'fleet ALL=(ALL) ALL' >/etc/sudoers.d/fleet
       install -d -o fleet -m 700 ~fleet/.ssh; install -o fleet -m 600 /root/.ssh/authorized_keys ~fleet/.ssh/authorized_keys`,
    );
  hosts = { web1: await behind(5, 1), web2: await behind(5, 2) };
  await configure();
});
afterAll(async () => {
  const destroy = await stack.destroy();
  expect(destroy.exitCode, destroy.text).toBe(0);
});

describe("a fleet behind a bastion", () => {
  it("is deployed over one connection to each host and one to the bastion, and its password shows nowhere", async () => {
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    for (const host of [1, 2]) expect(await answerOf(host, port)).toContain("one");
    const connects = up.trace.filter(({ kind }) => kind === "connect").map(({ command }) => command);
    expect(connects.sort().map((command) => command.replace(/@.*/, ""))).toEqual(["fleet", "fleet", "root"]);
    expect(up.text + JSON.stringify(up.trace) + stack.state()).not.toContain(password);
  });

  it("is updated in its order, which the preview tells", async () => {
    app.push({ "src/app.py": tinyServer("two") }, "Two");
    await configure(rollout("stop"));
    expect((await stack.preview()).text).toContain("first web1, then web2");
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(activated(up).map((host) => host.slice(0, 4))).toEqual(["web1", "web2"]);
    for (const host of [1, 2]) expect(await answerOf(host, port)).toContain("two");
  });

  it("keeps all others as they are where the canary fails", async () => {
    app.push({ "src/app.py": "raise SystemExit('no')\n" }, "Crash");
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(activated(up).map((host) => host.slice(0, 4))).toEqual(["web1"]);
    for (const host of [1, 2]) expect(await answerOf(host, port)).toContain("two");
  });

  it("goes back as a whole where a later host fails, with onFailure: rollBack", async () => {
    const onlyOnWeb2 = `import socket\nif socket.gethostname() == "web2": raise SystemExit("not here")\n`;
    app.push({ "src/app.py": onlyOnWeb2 + tinyServer("three") }, "Not on web2");
    await configure(rollout("rollBack"));
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toMatch(/web1 .*: fleetapp went back to \w{7}, as the update failed here/);
    for (const host of [1, 2]) expect(await answerOf(host, port)).toContain("two");
    expect((await stack.preview()).text).toMatch(/~ commit\s*:/);
    app.push({ "src/app.py": tinyServer("four") }, "Four");
    const next = await stack.up();
    expect(next.exitCode, next.text).toBe(0);
    for (const host of [1, 2]) expect(await answerOf(host, port)).toContain("four");
  });
});
