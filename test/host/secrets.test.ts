import { beforeAll, expect, it } from "vitest";
import { tinyApp } from "./repository";
import { on, type Ran, Stack, tiny } from "./stack";

// What supervisor's conf makes hard: comments, expansions, quotes of either kind, a backslash.
const secrets = {
  TOKEN: `q7%(x)s;w %%d #e "r" ;t=,$HOME\\n`,
  PASSPHRASE: "it's 100% #1; ok , y",
};
const stack = new Stack("secrets");
const runs: Ran[] = [];
let seenByPs = "";

beforeAll(async () => {
  const app = tinyApp("secretapp");
  stack.configure({ apps: { secretapp: tiny(app.url, 8103, { environment: { PLAIN: "50% off; #1" } }) } });
  for (const [name, value] of Object.entries(secrets)) {
    const path = `supervised:apps.secretapp.environment.${name}`;
    await stack.pulumi("config", "set", "--secret", "--path", path, "--", value);
  }
  const watch = on(1, "for i in $(seq 1 250); do ps axww -o args; sleep 0.08; done");
  runs.push(await stack.preview(), await stack.up());
  runs.push(await stack.preview(), await stack.pulumi("stack", "output", "--json"));
  seenByPs = await watch;
});

it("reaches the process exactly", async () => {
  expect(runs[1]!.exitCode, runs[1]!.text).toBe(0);
  const environ = await on(
    1,
    "runuser -u secretapp -- cat /proc/$(supervisorctl pid secretapp)/environ | tr '\\0' '\\n'",
  );
  const lines = environ.split("\n");
  for (const [name, value] of Object.entries(secrets)) expect(lines).toContain(`${name}=${value}`);
  expect(lines).toContain("PLAIN=50% off; #1");
});

it("is found nowhere in output, state, traces or the process list", async () => {
  // The parts that no escaping changes.
  const parts = ["q7%", "it's 100", "100% #1"];
  const places = {
    output: runs.map(({ text }) => text).join("\n"),
    trace: runs.map(({ trace }) => JSON.stringify(trace)).join("\n"),
    state: stack.state(),
    ps: seenByPs,
  };
  for (const part of parts) for (const [place, text] of Object.entries(places)) expect(text, place).not.toContain(part);
  expect(seenByPs).toContain("sshd");
});

it("is readable for root alone on the host", async () => {
  expect(await on(1, "stat -c '%a %U' /etc/supervisor/conf.d/secretapp.conf")).toBe("600 root");
  expect(await on(1, "stat -c %a /var/lib/supervised/secretapp/next /var/lib/supervised/secretapp/jobs")).toBe(
    "700\n700",
  );
});

it("shows a hand edit of its line without either value", async () => {
  await on(1, "sed -i 's/^environment=.*/environment=TOKEN=\"by-hand-4711\"/' /etc/supervisor/conf.d/secretapp.conf");
  const preview = await stack.preview();
  expect(preview.text).toContain("changed by hand");
  expect(preview.text).not.toContain("by-hand-4711");
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(up.text).not.toContain("by-hand-4711");
  expect((await stack.destroy()).exitCode).toBe(0);
});
