import { beforeAll, describe, expect, it } from "vitest";
import { type Repository, tinyApp, tinyServer } from "./repository";
import { answerOf, on, Stack, tiny, writes } from "./stack";

describe.each(["", "--refresh=false"])("an app that is renamed and moved (%s)", (flag) => {
  const flags = flag === "" ? [] : [flag];
  const [before, after, port] = flag === "" ? ["oldapp", "newapp", 8106] : ["pastapp", "nextapp", 8107];
  const stack = new Stack(`moves${flag.length}`);
  let app: Repository;

  beforeAll(async () => {
    app = tinyApp(before);
    stack.configure({ apps: { [before]: tiny(app.url, port) } });
    const up = await stack.up(...flags);
    expect(up.exitCode, up.text).toBe(0);
  });

  it("takes its new name, and nothing of the old one stays", async () => {
    stack.configure({ apps: { [after]: tiny(app.url, port, { renamedFrom: before }) } });
    const up = await stack.up(...flags);
    expect(up.exitCode, up.text).toBe(0);
    expect(await on(1, "supervisorctl status")).toMatch(new RegExp(`^${after} +RUNNING`, "m"));
    expect(await on(1, `supervisorctl status ${before}`)).toContain("no such process");
    const paths = ["/etc/supervisor/conf.d/X.conf", "/etc/profile.d/X.sh", "/usr/local/bin/X", "/opt/X"];
    const old = paths.map((path) => path.replace("X", before)).join(" ");
    expect((await on(1, `ls -d ${old}`)).match(/No such file/g)).toHaveLength(4);
    expect(await answerOf(1, port)).toContain("one");
    expect(writes(await stack.up(...flags))).toEqual([]);
  });

  it("moves to another host, and leaves the first", async () => {
    stack.configure({ apps: { [after]: tiny(app.url, port, { hosts: ["web2"] }) } });
    const up = await stack.up(...flags);
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(2, port)).toContain("one");
    expect(await on(1, `supervisorctl status ${after}`)).toContain("no such process");
    expect(await on(1, `ls /etc/supervisor/conf.d/${after}.conf`)).toContain("No such file");
  });

  it("runs on two hosts with one up, both at the same commit", async () => {
    const commit = app.push({ "src/app.py": tinyServer("both") }, "Both");
    stack.configure({ apps: { [after]: tiny(app.url, port, { hosts: ["web1", "web2"] }) } });
    const up = await stack.up(...flags);
    expect(up.exitCode, up.text).toBe(0);
    for (const host of [1, 2]) {
      expect(await answerOf(host, port)).toContain("both");
      expect(await on(host, `git -C /opt/${after} rev-parse HEAD`)).toBe(commit);
    }
    expect((await stack.destroy()).exitCode).toBe(0);
  });
});
