import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sandbox } from "./places";
import { tinyApp, tinyServer } from "./repository";
import { answerOf, on, Stack, tiny, writes } from "./stack";

const host = 6;
const port = 8130;
const password = "Tell-nobody%1";
const stack = new Stack("supervisors");
const app = tinyApp("pipapp");
const configure = () => stack.configure({ apps: { pipapp: tiny(app.url, port, { hosts: ["web6"] }) } });

/** supervisor's own main conf, at a place and with a pattern of its own, with a password at its door. */
const mainConf = `[supervisord]
logfile=/var/log/pip-supervisord.log
pidfile=/run/pip-supervisord.pid
environment=STAGE="blue"

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
`;
const tcp = `[inet_http_server]
port = 127.0.0.1:9009
username = ann
password = ${password.replace("%", "%%")}

[supervisorctl]
serverurl = http://localhost:9009
username = ann
password = ${password.replace("%", "%%")}

[include]
files = /etc/supervisord.d/*.ini
`;
const unix = `[unix_http_server]
file = %(here)s/%(ENV_STAGE)s.sock
username = ann
password = ${password.replace("%", "%%")}

[supervisorctl]
serverurl = unix://%(here)s/%(ENV_STAGE)s.sock

[include] ; relative to this file
files = apps/*.supervisor.conf
`;
const write = (path: string, text: string) =>
  on(host, `mkdir -p $(dirname ${path}); cat >${path} <<'EOF'\n${text}\nEOF`);

const running = () =>
  on(host, "for p in $(pgrep -f 'bin/supervisord( |$)'); do tr '\\0' ' ' </proc/$p/cmdline; echo; done");
const started = "/opt/supervisor/bin/python3 /opt/supervisor/bin/supervisord -c /srv/sv/main.conf ";

/** Ends the supervisord, whole. */
const stop = "kill $(cat /run/pip-supervisord.pid); while [ -e /run/pip-supervisord.pid ]; do sleep 0.1; done";

beforeAll(async () => {
  await sandbox.bring(host, "python3-venv", "git");
  const made = await on(
    host,
    `python3 -m venv /opt/supervisor && /opt/supervisor/bin/pip -q install supervisor==4.3.0 2>&1 | grep -v notice
    echo 'trap: one that a person in this directory would be given' >/tmp/supervisord.conf`,
  );
  expect(made).toBe("");
  await write("/srv/sv/main.conf", mainConf + tcp);
  expect(await on(host, "cd / && /opt/supervisor/bin/supervisord -c /srv/sv/main.conf")).toBe("");
  configure();
});

/** The host goes on to other tests with Debian's supervisord, as if nothing had been. */
afterAll(() =>
  on(
    host,
    `${stop}
     rm -f /usr/local/bin/supervisord /usr/local/bin/supervisorctl
     rm -rf /opt/supervisor /etc/supervisord.conf /etc/supervisord.d /etc/apps /tmp/supervisord.conf /var/lib/supervised/supervisord.json`,
  ),
);

describe("a supervisord that pip installed, with its own places and a password", () => {
  it("is the one that is used; Debian's is not installed beside it, and nobody learns the password", async () => {
    await on(
      host,
      "rm -f /tmp/seen; (setsid sh -c 'while [ ! -e /tmp/enough ]; do cat /proc/[0-9]*/cmdline 2>/dev/null; done >/tmp/seen' >/dev/null 2>&1 &)",
    );
    const up = await stack.up();
    await on(host, "touch /tmp/enough");
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(host, port)).toContain("one");
    expect(await on(host, "dpkg-query -W -f '${db:Status-Status}' supervisor 2>&1")).not.toMatch(/^installed/);
    expect(await running()).toBe(started.trim());
    const { web6 } = (await stack.outputs()).pipapp!;
    expect(web6).toMatchObject({ state: "RUNNING", confPath: "/etc/supervisord.d/pipapp.ini" });
    expect(await on(host, "ls /etc/supervisord.d")).toBe("pipapp.ini");
    expect(Number(await on(host, "grep -ac pipapp /tmp/seen"))).toBeGreaterThan(0);
    expect(await on(host, "grep -acF 'Tell-nobody' /tmp/seen")).toBe("0");
    for (const text of [up.text, JSON.stringify(up.trace), stack.state()]) expect(text).not.toContain("Tell-nobody");
    expect(writes(await stack.up())).toEqual([]);
  });

  it("is asked by the command on the host, from any directory", async () => {
    expect(await on(host, "cd /tmp && pipapp status")).toMatch(/pipapp +RUNNING/);
    expect(await on(host, "cd /tmp && pipapp restart")).toContain("pipapp: started");
    app.push({ "src/app.py": tinyServer("two") }, "Two");
    expect(await on(host, "cd /tmp && pipapp update --yes")).toContain("Update process complete.");
    expect(await answerOf(host, port)).toContain("two");
  });

  it("that dies in the middle of an update is started as it ran, with the version before", async () => {
    app.push({ "src/app.py": tinyServer("three") }, "Three");
    await on(host, "printf hang:reset >/var/lib/supervised/pipapp/fault");
    const up = stack.up();
    const reached = "/var/lib/supervised/pipapp/fault-reached";
    await on(
      host,
      `until [ -e ${reached} ]; do sleep 0.05; done; kill -9 $(cat /run/pip-supervisord.pid); rm ${reached}`,
    );
    const { exitCode, text } = await up;
    expect(exitCode).not.toBe(0);
    expect(text).toContain("The version before is back.");
    expect(await running()).toBe(started.trim());
    expect(await answerOf(host, port)).toContain("two");
  });

  it("that is gone is started as it ran by the next up", async () => {
    await on(host, "kill -9 $(cat /run/pip-supervisord.pid); pkill -9 -f 'venv/bin/python -u app.py'; sleep 0.2");
    expect(await running()).toBe("");
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await running()).toBe(started.trim());
    expect(await answerOf(host, port)).toContain("three");
    expect((await stack.destroy()).exitCode).toBe(0);
    expect(await on(host, "ls /etc/supervisord.d; /opt/supervisor/bin/supervisorctl -c /srv/sv/main.conf status")).toBe(
      "",
    );
    await on(host, `${stop}; rm -r /srv/sv`);
  });
});

describe("one in PATH that finds its conf by itself, with a password that people type", () => {
  it("is used too", async () => {
    await write("/etc/supervisord.conf", mainConf + unix);
    await on(host, "ln -s /opt/supervisor/bin/supervisord /opt/supervisor/bin/supervisorctl /usr/local/bin/");
    expect(await on(host, "cd /srv && STAGE=blue PYTHONWARNINGS=ignore supervisord")).toBe("");
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(host, port)).toContain("three");
    expect(await on(host, "ls /etc/apps")).toBe("pipapp.supervisor.conf");
    expect(await on(host, "grep -c 'as_root supervisorctl' /usr/local/bin/pipapp")).not.toBe("0");
    expect((await stack.destroy()).exitCode).toBe(0);
  });

  it("that takes programs from nowhere is told what to do", async () => {
    await on(host, "sed -i 's|^files.*|files = /etc/one.conf|' /etc/supervisord.conf");
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain(
      "supervisord takes programs from no directory: /etc/supervisord.conf needs e.g. `files = /etc/supervisord.d/*.ini` under [include], then `supervisorctl reread`",
    );
    expect(up.text).not.toContain("not found");
  });
});
