import { beforeAll, expect, it } from "vitest";
import { nasty } from "../conf/nasty";
import { type Repository, tinyApp, tinyServer } from "./repository";
import { answerOf, type Config, on, Stack, tiny } from "./stack";

const { RETURN: _, ...plain } = nasty;
const secrets = { TOKEN: `q7"%'\${x};\n#`, WORD: "hunter4711" };
const stack = new Stack("envfile");
const file = "/var/lib/supervised/envapp/environment";
let app: Repository;

const settings = (more: Config = {}) => tiny(app.url, 8141, { environmentFile: true, environment: plain, ...more });
/** The settings with the secrets in them. */
async function configure(more: Config = {}, values: Record<string, string> = secrets): Promise<void> {
  stack.configure({ apps: { envapp: settings(more) } });
  for (const [name, value] of Object.entries(values)) {
    const path = `supervised:apps.envapp.environment.${name}`;
    await stack.pulumi("config", "set", "--secret", "--path", path, "--", value);
  }
}
/** The environment that the program truly has. */
async function environment(): Promise<Record<string, string>> {
  // Its own account may see it; root of a container may not.
  const read = "runuser -u envapp -- cat /proc/$(supervisorctl pid envapp)/environ";
  const line = `${read} | python3 -c "import json, sys; print(json.dumps(sys.stdin.buffer.read().decode()))"`;
  const entries = (JSON.parse(await on(1, line)) as string).split("\0").filter(Boolean);
  return Object.fromEntries(entries.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
}

beforeAll(async () => {
  app = tinyApp("envapp");
  await configure();
});

it("reaches the program exactly, and nobody else", async () => {
  const watch = on(1, "for i in $(seq 1 300); do ps axww -o args; sleep 0.05; done");
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await environment()).toMatchObject({ ...plain, ...secrets, USER: "envapp", LOGNAME: "envapp" });
  expect((await environment()).HOME).toBe("/var/lib/supervised/envapp/home");
  expect(await on(1, `stat -c '%a %U' ${file}`)).toBe("600 envapp");
  const conf = await on(1, "cat /etc/supervisor/conf.d/envapp.conf");
  for (const text of [up.text, stack.state(), conf, await watch, JSON.stringify(up.trace)]) {
    expect(text).not.toContain("hunter4711");
    expect(text).not.toContain('q7"');
  }
  // The program is the process that supervisord started: its signals reach it.
  expect(await on(1, "ps -o args= -p $(supervisorctl pid envapp)")).toContain("venv/bin/python -u app.py 8141");
  expect((await stack.preview()).text).toMatch(/\d+ unchanged/);
});

it("restarts for a changed secret, which is not shown", async () => {
  const pid = await on(1, "supervisorctl pid envapp");
  await configure({}, { ...secrets, WORD: "hunter4712" });
  const preview = await stack.preview();
  expect(preview.text).toMatch(/WORD.*\[secret\]/);
  expect(preview.text).not.toContain("hunter47");
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await on(1, "supervisorctl pid envapp")).not.toBe(pid);
  expect((await environment()).WORD).toBe("hunter4712");
});

it("shows and mends what somebody changed by hand, without a value", async () => {
  await on(
    1,
    `sed -i "s/^WORD=.*/WORD='by-hand-4711'/; s/^EMPTY=.*/EMPTY=x/" ${file}; echo "MORE='more-4711'" >>${file}; chmod 644 ${file}`,
  );
  const preview = await stack.preview();
  expect(preview.text).toContain("WORD=[secret, changed by hand]");
  expect(preview.text).toContain("EMPTY=[changed by hand]");
  expect(preview.text).toContain("MORE=[changed by hand]");
  expect(preview.text).not.toContain("4711");
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await on(1, `stat -c '%a %U' ${file}`)).toBe("600 envapp");
  expect(await environment()).toMatchObject({ EMPTY: "", WORD: "hunter4712" });
});

it("goes back with the version that it belongs to", async () => {
  const good = await on(1, `sha256sum ${file}`);
  app.push({ "src/app.py": "raise SystemExit(3)\n" }, "Crash");
  await configure({}, { ...secrets, WORD: "hunter4713" });
  const up = await stack.up();
  expect(up.text).toContain("The version before is back.");
  expect(await on(1, `sha256sum ${file}; stat -c '%a %U' ${file}`)).toBe(`${good}\n600 envapp`);
  expect((await environment()).WORD).toBe("hunter4712");
  app.push({ "src/app.py": tinyServer("mended") }, "Mend");
  expect((await stack.up()).exitCode).toBe(0);
  expect((await environment()).WORD).toBe("hunter4713");
  expect(await on(1, "envapp rollback --yes")).toContain("Update process complete.");
  expect((await environment()).WORD).toBe("hunter4712");
});

it("goes when the conf holds the environment again", async () => {
  stack.configure({ apps: { envapp: settings({ environmentFile: false, environment: { EMPTY: "" } }) } });
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await on(1, `cat ${file} 2>&1`)).toContain("No such file");
  expect(await on(1, "cat /etc/supervisor/conf.d/envapp.conf")).toContain('EMPTY=""');
});

it("goes when the app goes", async () => {
  await configure();
  expect((await stack.up()).exitCode).toBe(0);
  expect(await answerOf(1, 8141)).toContain("mended");
  expect((await stack.destroy()).exitCode).toBe(0);
  expect(await on(1, `cat ${file} 2>&1`)).toContain("No such file");
});
