import { beforeAll, describe, expect, it } from "vitest";
import { Repository, tinyServer } from "./repository";
import { answerOf, on, Stack, tiny, writes } from "./stack";

const stack = new Stack("confs");
const host = 2;
const port = 8120;
let app: Repository;

/** Each process has a port of its own. */
const conf = (more: string, name = "confapp", kind = "program") => `[${kind}:${name}]
command=/opt/${name}/venv/bin/python -u app.py 81%(process_num)02d
process_name=%(program_name)s-%(process_num)d
numprocs_start=20
directory=/opt/${name}/src
user=${name}
stopasgroup=true
redirect_stderr=true
${more}`;
const log = "stdout_logfile=/var/log/confapp.log\n";
const settings = (name: string, more: object = {}) => ({
  apps: {
    [name]: { ...tiny(app.url, port, { hosts: ["web2"], conf: "server/service.conf", ...more }), program: undefined },
  },
});

async function upWith(text: string, name = "confapp") {
  const commit = app.push({ "server/service.conf": text }, "Another conf");
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await on(host, `cat /etc/supervisor/conf.d/${name}.conf`)).toBe(text.trim());
  expect(await on(host, `git -C /opt/${name} rev-parse HEAD`)).toBe(commit);
  expect(await answerOf(host, port)).toContain("conf");
  return up;
}

/** Files that supervisord holds open or listens on, of this name; each once, names of AUTO logs without their random part. */
const handles = async (name: string): Promise<string[]> => {
  const listed = await on(
    host,
    `pid=$(supervisorctl pid); ls -l /proc/$pid/fd | sed -n 's/.* -> //p' | grep -F ${name}; awk '{ print $8 }' /proc/net/unix | grep -F ${name}`,
  );
  const names = listed.split("\n").filter(Boolean);
  return [...new Set(names.map((line) => line.replace(/-supervisor-\w+\.log/, "-supervisor-X.log")))].sort();
};
const pids = (name = "confapp") =>
  on(host, `pgrep -f '^/opt/${name}/venv/bin/python -u app.py' | sort -n`).then((text) =>
    text.split("\n").filter(Boolean),
  );
const states = async (name = "confapp") =>
  (await on(host, `supervisorctl status '${name}:*'`))
    .split("\n")
    .map((line) => line.split(/\s+/).slice(0, 2).join(" "));

beforeAll(async () => {
  app = new Repository("confapp");
  app.push({ "src/app.py": tinyServer("conf"), "requirements.txt": "", "server/service.conf": conf(log) }, "First");
  stack.configure(settings("confapp"));
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
});

describe("a change of the conf", () => {
  it("that changes nothing for supervisor restarts nothing, and is installed all the same", async () => {
    const before = await pids();
    expect(before).toHaveLength(1);
    const up = await upWith(
      `; why it is so\n${conf(log).replace("numprocs_start=20", "numprocs_start : 20  ; ports")}\n\n`,
    );
    expect(up.text).toContain("paused 0 ms");
    expect(await pids()).toEqual(before);
    expect(writes(await stack.up())).toEqual([]);
  });

  it("that supervisor does not see takes effect: a log that is AUTO from now on", async () => {
    const before = await pids();
    await upWith(conf(""));
    expect(await pids()).not.toEqual(before);
    expect(await handles("confapp")).toEqual([expect.stringMatching(/confapp-20-stdout---supervisor-X.log$/)]);
  });

  it("or one that was, and two processes more", async () => {
    await upWith(conf(`${log}numprocs=3\n`));
    expect(await states()).toEqual([20, 21, 22].map((number) => `confapp:confapp-${number} RUNNING`));
    expect(await pids()).toHaveLength(3);
    expect(await handles("confapp")).toEqual(["/var/log/confapp.log"]);
  });

  it("to fewer processes leaves none behind", async () => {
    await upWith(conf(`${log}numprocs=2\n`));
    expect(await states()).toEqual([20, 21].map((number) => `confapp:confapp-${number} RUNNING`));
    expect(await pids()).toHaveLength(2);
    expect(await on(host, "supervisorctl avail")).not.toContain("confapp-22");
  });

  it("to a socket of its own, and its rights, takes effect", async () => {
    const socket = (rights: string) =>
      conf(`${log}socket=unix:///run/confapp.sock\n${rights}`, "confapp", "fcgi-program");
    await upWith(socket("socket_mode=0600\n"));
    expect(await on(host, "stat -c '%a %U' /run/confapp.sock")).toBe("600 confapp");
    const before = await pids();
    await upWith(socket("socket_mode=0660\nsocket_owner=root\n"));
    expect(await on(host, "stat -c '%a %U' /run/confapp.sock")).toBe("660 root");
    await upWith(socket("socket_mode=0660\nsocket_owner=root\nsocket_backlog=7\n"));
    expect(await pids()).not.toEqual(before);
    expect(await handles("confapp")).toEqual(["/run/confapp.sock", "/var/log/confapp.log"]);
  });

  it("and back closes it", async () => {
    await upWith(conf(log));
    expect(await states()).toEqual(["confapp:confapp-20 RUNNING"]);
    expect(await pids()).toHaveLength(1);
    expect(await handles("confapp")).toEqual(["/var/log/confapp.log"]);
  });

  it("of its name leaves no process, group, conf or handle of the old one", async () => {
    stack.configure(settings("confnext", { renamedFrom: "confapp" }));
    await upWith(conf("stdout_logfile=/var/log/confnext.log\nnumprocs=2\n", "confnext"), "confnext");
    expect(await states("confnext")).toEqual([20, 21].map((number) => `confnext:confnext-${number} RUNNING`));
    expect(await pids()).toEqual([]);
    expect(await handles("confapp")).toEqual([]);
    expect(await on(host, "supervisorctl avail")).not.toContain("confapp");
    expect(await on(host, "ls /etc/supervisor/conf.d /etc/profile.d /usr/local/bin")).not.toContain("confapp");
    expect(writes(await stack.up())).toEqual([]);
    expect((await stack.destroy()).exitCode).toBe(0);
    expect(await pids("confnext")).toEqual([]);
    expect(await handles("confnext")).toEqual([]);
  });
});
