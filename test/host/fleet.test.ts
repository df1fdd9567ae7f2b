import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sandbox } from "./places";
import { type Repository, tinyApp, tinyServer } from "./repository";
import { answerOf, type Config, connectionTo, on, type Ran, Stack, tiny } from "./stack";

/** Eight hosts behind a bastion, reached as a user who becomes root with a password, and updated a few at a time. */
const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
const bastion = 9;
const names = numbers.map((number) => `web${number}`);
const stack = new Stack("fleet");
const port = 8111;
const password = "s3cret of fleet";
let app: Repository;
let hosts: Config;

/** The hosts see each other by addresses of their own. */
async function behindBastion(number: number): Promise<Config> {
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
  stack.configure({ hosts, apps: { fleetapp: tiny(app.url, port, { hosts: names, ...more }) } });
  const values = names.flatMap((name) => ["--secret", `supervised:hosts.${name}.becomePassword=${password}`]);
  const set = await stack.pulumi("config", "set-all", "--path", ...values);
  expect(set.exitCode, set.text).toBe(0);
}

const rollout = (onFailure: string) => ({ rollout: { canary: 1, batch: 2, pause: 1, onFailure } });
const hostOf = (words: string) => words.split(" ")[0]!;
/** Hosts in the order in which they were switched over. */
const activated = ({ trace }: Ran) =>
  trace.filter(({ command }) => /^activate/.test(command)).map(({ host }) => hostOf(host));
const all = async (text: string) => {
  for (const number of numbers) expect(await answerOf(number, port)).toContain(text);
};

beforeAll(async () => {
  app = tinyApp("fleetapp");
  const prepare = async (number: number) => {
    await sandbox.bring(number, "sudo");
    await on(
      number,
      `useradd -m -s /bin/bash fleet
       echo 'fleet:${password}' | chpasswd; echo 'fleet ALL=(ALL) ALL' >/etc/sudoers.d/fleet
       install -d -o fleet -m 700 ~fleet/.ssh; install -o fleet -m 600 /root/.ssh/authorized_keys ~fleet/.ssh/authorized_keys`,
    );
  };
  await Promise.all(numbers.map(prepare));
  hosts = Object.fromEntries(
    await Promise.all(numbers.map(async (number) => [`web${number}`, await behindBastion(number)])),
  );
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
    await all("one");
    const connects = up.trace.filter(({ kind }) => kind === "connect").map(({ command }) => command);
    const users = connects.map((command) => command.replace(/@.*/, ""));
    expect(users.sort()).toEqual([...names.map(() => "fleet"), "root"]);
    expect(up.text + JSON.stringify(up.trace) + stack.state()).not.toContain(password);
  });

  it("is updated in its order, which the preview tells", async () => {
    app.push({ "src/app.py": tinyServer("two") }, "Two");
    await configure(rollout("stop"));
    expect((await stack.preview()).text).toContain(
      "first web1, then web2 and web3, then web4 and web5, then web6 and web7, then web8",
    );
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    const order = activated(up);
    const batches = [order.slice(0, 1), ...[1, 3, 5, 7].map((at) => order.slice(at, at + 2).sort())];
    expect(batches).toEqual([["web1"], ["web2", "web3"], ["web4", "web5"], ["web6", "web7"], ["web8"]]);
    expect(up.trace.filter(({ kind }) => kind === "connect")).toHaveLength(names.length + 1);
    await all("two");
  });

  it("keeps all others as they are where the canary fails", async () => {
    app.push({ "src/app.py": "raise SystemExit('no')\n" }, "Crash");
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(activated(up)).toEqual(["web1"]);
    await all("two");
  });

  it("goes back as a whole where a later host fails, with onFailure: rollBack", async () => {
    const notOnWeb4 = `import socket\nif socket.gethostname() == "web4": raise SystemExit("not here")\n`;
    app.push({ "src/app.py": notOnWeb4 + tinyServer("three") }, "Not on web4");
    await configure(rollout("rollBack"));
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    const back = [...up.text.matchAll(/(web\d) .*: fleetapp went back to \w{7}, as the update failed/g)];
    expect([...new Set(back.map(([, host]) => host))].sort()).toEqual(expect.arrayContaining(["web1", "web2", "web3"]));
    expect(activated(up)).not.toContain("web6");
    await all("two");
    expect((await stack.preview()).text).toMatch(/~ commit\s*:/);
    app.push({ "src/app.py": tinyServer("four") }, "Four");
    const next = await stack.up();
    expect(next.exitCode, next.text).toBe(0);
    await all("four");
  });
});
