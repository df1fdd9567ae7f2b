import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "./places";
import { Repository, tinyServer } from "./repository";
import { answerOf, on, Stack, tiny, writes } from "./stack";

const stack = new Stack("own");
let app: Repository;

const conf = (more = "") => `[program:ownapp]
command=/opt/ownapp/venv/bin/python -u app.py 8108
directory=/opt/ownapp/src
user=ownapp
stopasgroup=true
redirect_stderr=true
stdout_logfile=/var/log/ownapp.log
${more}`;
const settings = (more: object = {}) => ({
  apps: {
    ownapp: {
      ...tiny(app.url, 8108, { ...more, conf: "server/service.conf", alias: "server/alias.sh" }),
      program: undefined,
    },
  },
});
const alias = readFileSync(join(root, "examples/exampleapp/server/alias.sh"), "utf8").replaceAll(
  "exampleapp",
  "ownapp",
);

beforeAll(async () => {
  app = new Repository("ownapp");
  const files = {
    "src/app.py": tinyServer("own"),
    "requirements.txt": "",
    "server/service.conf": conf(),
    "server/alias.sh": alias,
  };
  app.push(files, "First");
  stack.configure(settings());
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
});

describe("conf and alias of the repository", () => {
  it("are installed as they are", async () => {
    expect(await on(1, "cat /etc/supervisor/conf.d/ownapp.conf")).toBe(conf().trim());
    expect(await on(1, "cat /etc/profile.d/ownapp.sh")).toBe(alias.trim());
    expect(await answerOf(1, 8108)).toContain("own");
  });

  it("show their line diffs in the preview of a push", async () => {
    app.push({ "server/service.conf": conf("startsecs=2\n"), "server/alias.sh": `${alias}# more\n` }, "Wait longer");
    const preview = await stack.preview();
    expect(preview.text).toMatch(/conf:\n.*\n\s+\+startsecs=2/);
    expect(preview.text).toMatch(/alias:\n.*\n\s+\+# more/);
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await on(1, "cat /etc/supervisor/conf.d/ownapp.conf")).toContain("startsecs=2");
    expect(writes(await stack.up())).toEqual([]);
  });

  it("that would harm the host are refused before anything is touched", async () => {
    app.push({ "server/service.conf": conf("stdout_logfile_maxbytes=50M\n[unix_http_server]\nfile=/tmp/x\n") }, "Bad");
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain("line 8: stdout_logfile_maxbytes should be bytes");
    expect(up.text).toContain("[unix_http_server] is not this app's");
    expect(await answerOf(1, 8108)).toContain("own");
  });

  it("that only the host can judge are refused by supervisord's own parser", async () => {
    app.push({ "server/service.conf": conf().replace("user=ownapp", "user=nobody-here") }, "Unknown user");
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain("nobody-here");
    expect(await answerOf(1, 8108)).toContain("own");
    expect(await on(1, "supervisorctl status ownapp")).toContain("RUNNING");
  });
});

describe("the update by hand on the host", () => {
  it("brings what was pushed, with the documented messages", async () => {
    app.push({ "server/service.conf": conf(), "src/app.py": tinyServer("by hand") }, "By hand");
    const said = await on(1, "cd /tmp && . /etc/profile.d/ownapp.sh && ownapp update --yes && pwd");
    expect(said).toMatch(/Updating ownapp\.\.\.\n > Pulling latest changes from repository\.\.\./);
    expect(said).toContain(" > Stopping service...");
    expect(said).toContain("Update process complete.");
    expect(said.split("\n").at(-1)).toBe("/tmp");
    expect(await answerOf(1, 8108)).toContain("by hand");
    // The next run agrees with what was done by hand.
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(writes(up).filter((command) => /activate/.test(command))).toEqual([]);
  });

  it("asks before it starts; without a terminal and --yes it does not", async () => {
    app.push({ "src/app.py": tinyServer("asked") }, "Asked");
    const said = await on(1, ". /etc/profile.d/ownapp.sh; ownapp update </dev/null");
    expect(said).toContain("ownapp is stopped; `ownapp start` starts it.");
    expect(await on(1, "supervisorctl status ownapp")).toContain("STOPPED");
    const answered = await on(1, "printf 'y\\n' | script -qec '. /etc/profile.d/ownapp.sh; ownapp update' /dev/null");
    expect(answered).toContain("Start the service? (y/n)");
    expect(await answerOf(1, 8108)).toContain("asked");
  });

  it("puts the version before back when the new one fails", async () => {
    app.push({ "src/app.py": "raise SystemExit(3)\n" }, "Crash");
    const said = await on(1, ". /etc/profile.d/ownapp.sh; ownapp update --yes; echo code $?");
    expect(said).toContain("Update failed at check");
    expect(said).toContain("The version before is back.");
    expect(said).toContain("code 1");
    expect(await answerOf(1, 8108)).toContain("asked");
    app.push({ "src/app.py": tinyServer("mended") }, "Mend");
    expect((await stack.destroy()).exitCode).toBe(0);
  });
});
