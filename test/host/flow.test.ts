import { beforeAll, describe, expect, it } from "vitest";
import { type Repository, tinyApp, tinyServer } from "./repository";
import { answerOf, on, Stack, tiny, writes } from "./stack";

const stack = new Stack("flow");
let app: Repository;

beforeAll(() => {
  app = tinyApp("flowapp");
  stack.configure({ apps: { flowapp: tiny(app.url, 8101) } });
});

describe("the main job", () => {
  it("deploys a first release onto a bare host", async () => {
    const up = await stack.up();
    expect(up.text).toContain("flowapp: first release, master at");
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(1, 8101)).toContain('"message": "one"');
    const { web1 } = (await stack.outputs()).flowapp!;
    expect(web1).toEqual({
      url: "http://127.0.0.1:8101/",
      commit: app.git("rev-parse", "HEAD").trim(),
      state: "RUNNING",
      confPath: "/etc/supervisor/conf.d/flowapp.conf",
    });
  });

  it("changes nothing the second time, and runs no command that could", async () => {
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(up.text).toMatch(/\d+ unchanged/);
    expect(up.text).not.toMatch(/updated|created/);
    expect(writes(up)).toEqual([]);
    const connects = up.trace.filter(({ kind }) => kind === "connect").map(({ host }) => host);
    expect(connects.sort()).toEqual(["web1 (127.0.0.1)"]);
  });

  it("shows a push in the preview and brings it by up", async () => {
    const before = app.git("rev-parse", "--short=7", "HEAD").trim();
    const commit = app.push({ "src/app.py": tinyServer("two"), "requirements.txt": "# none\n" }, "Say two");
    const preview = await stack.preview();
    expect(preview.text).toContain(`flowapp: master ${before}..${commit.slice(0, 7)}`);
    expect(preview.text).toContain(`${commit.slice(0, 7)} Say two`);
    expect(preview.text).toContain("+# none");
    expect(await answerOf(1, 8101)).toContain("one");
    expect(writes(preview)).toEqual([]);

    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(up.text).toMatch(new RegExp(`flowapp: ${before} → ${commit.slice(0, 7)} on web1.*, paused \\d+ ms`));
    expect(await answerOf(1, 8101)).toContain("two");
  });

  it("comes back to the version before when the new one crashes", async () => {
    const good = app.git("rev-parse", "HEAD").trim();
    app.push({ "src/app.py": "print('about to fail')\nraise SystemExit('no good')\n" }, "Crash");
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain("failed at check:");
    expect(up.text).toContain("| about to fail");
    expect(up.text).toContain("The version before is back.");
    expect(await answerOf(1, 8101)).toContain("two");
    expect(await on(1, "git -C /opt/flowapp rev-parse HEAD")).toBe(good);

    app.push({ "src/app.py": tinyServer("three") }, "Mend");
    expect((await stack.up()).exitCode).toBe(0);
    expect(await answerOf(1, 8101)).toContain("three");
  });

  it("leaves it stopped with start: false, and starts it again", async () => {
    stack.configure({ apps: { flowapp: tiny(app.url, 8101, { start: false }) } });
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(up.text).toContain("left stopped");
    expect(await on(1, "supervisorctl status flowapp")).toContain("STOPPED");
    expect(await on(1, "cat /etc/supervisor/conf.d/flowapp.conf")).toContain("autostart=false");
    expect((await stack.outputs()).flowapp!.web1!.state).toBe("STOPPED");
    expect(writes(await stack.up())).toEqual([]);

    stack.configure({ apps: { flowapp: tiny(app.url, 8101) } });
    expect((await stack.up()).exitCode).toBe(0);
    expect(await answerOf(1, 8101)).toContain("three");
  });
});

describe("local work in the checkout", () => {
  it("is listed and refused, and nothing is touched", async () => {
    const pid = await on(1, "supervisorctl pid flowapp");
    await on(
      1,
      `cd /opt/flowapp && echo '# mine' >>src/app.py && runuser -u flowapp -- sh -c '
        git config user.name x; git config user.email x@y; echo hi >new.txt; git add new.txt; git commit -qm "Never pushed" -- new.txt'
       echo 'SECRET=1' >.env; chown flowapp .env`,
    );
    app.push({ ".env": "SECRET=\n" }, "Bring an env file");
    const preview = await stack.preview();
    expect(preview.text).toMatch(/local changes, up refuses[\s\S]*changed: src\/app.py[\s\S]*Never pushed/);
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toMatch(/was refused at prove: \/opt\/flowapp holds work that is nowhere else/);
    for (const line of ["changed: src/app.py", "Never pushed", "a file there: .env"]) expect(up.text).toContain(line);
    expect(up.text).toContain("Nothing was touched.");
    expect(await on(1, "supervisorctl pid flowapp")).toBe(pid);
    expect(await on(1, "cat /opt/flowapp/.env; tail -n 1 /opt/flowapp/src/app.py")).toBe("SECRET=1\n# mine");
  });

  it("is kept aside with overwriteLocalChanges: true", async () => {
    stack.configure({ apps: { flowapp: tiny(app.url, 8101, { overwriteLocalChanges: true }) } });
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    const kept = /local changes in \/opt\/flowapp are kept as (\S+-edits) and (\S+-commits) and (\S+)/.exec(up.text);
    expect(kept, up.text).not.toBeNull();
    const [, edits, commits, files] = kept!;
    expect(await on(1, `git -c safe.directory='*' -C /opt/flowapp show ${edits}:src/app.py | tail -n 1`)).toBe(
      "# mine",
    );
    expect(await on(1, `git -c safe.directory='*' -C /opt/flowapp log -1 --format=%s ${commits}`)).toBe("Never pushed");
    expect(await on(1, `cat ${files}/.env`)).toBe("SECRET=1");
    expect(await on(1, "cat /opt/flowapp/.env")).toBe("SECRET=");
    expect(await on(1, "tail -n 1 /opt/flowapp/src/app.py")).not.toContain("mine");
    expect(writes(await stack.up())).toEqual([]);
  });
});

describe("what somebody changed by hand", () => {
  const cases: [string, string, RegExp, () => Promise<void>][] = [
    [
      "the conf",
      "sed -i 's/autorestart=true/autorestart=false/' /etc/supervisor/conf.d/flowapp.conf",
      /-\s*autorestart=false[\s\S]*\+\s*autorestart=true/,
      async () => expect(await on(1, "cat /etc/supervisor/conf.d/flowapp.conf")).toContain("autorestart=true"),
    ],
    [
      "the alias",
      "echo 'rm -rf tmp' >>/etc/profile.d/flowapp.sh",
      /-\s*rm -rf tmp/,
      async () => expect(await on(1, "cat /etc/profile.d/flowapp.sh")).not.toContain("rm -rf"),
    ],
    [
      "a file of the working tree",
      "echo '# hi' >>/opt/flowapp/src/app.py",
      /changed by hand: src\/app.py/,
      async () => expect(await on(1, "cat /opt/flowapp/src/app.py")).not.toContain("# hi"),
    ],
    [
      "the venv link",
      "ln -sfn /nowhere /opt/flowapp/venv",
      /venv.*"\/nowhere"/,
      async () =>
        expect(await on(1, "readlink /opt/flowapp/venv")).toMatch(/^\/var\/lib\/supervised\/flowapp\/venvs\//),
    ],
    [
      "the program, stopped",
      "supervisorctl stop flowapp",
      /start\s*: false => true/,
      async () => expect(await on(1, "supervisorctl status flowapp")).toContain("RUNNING"),
    ],
  ];

  it.each(cases)("%s is seen in the preview and mended by up", async (_, edit, seen, mended) => {
    await on(1, edit);
    const preview = await stack.preview();
    expect(preview.exitCode, preview.text).toBe(0);
    expect(preview.text).toMatch(seen);
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    await mended();
    expect(await answerOf(1, 8101)).toContain("three");
    expect(writes(await stack.up())).toEqual([]);
  });

  it("is mended without --refresh too, or no success is claimed for it", async () => {
    const commit = app.push({ "src/app.py": tinyServer("four") }, "Four");
    await on(1, "sed -i 's/autorestart=true/autorestart=false/' /etc/supervisor/conf.d/flowapp.conf");
    const up = await stack.up("--refresh=false");
    expect(up.exitCode, up.text).toBe(0);
    expect(await on(1, "git -C /opt/flowapp rev-parse HEAD")).toBe(commit);
    expect(await on(1, "cat /etc/supervisor/conf.d/flowapp.conf")).toContain("autorestart=true");
  });
});

describe("destroy", () => {
  it("takes the app off the host and leaves another app's process alone", async () => {
    const other = tinyApp("otherapp");
    const second = new Stack("second");
    second.configure({ apps: { otherapp: tiny(other.url, 8102) } });
    expect((await second.up()).exitCode).toBe(0);
    const pid = await on(1, "supervisorctl pid otherapp");

    const destroy = await stack.destroy();
    expect(destroy.exitCode, destroy.text).toBe(0);
    expect(await on(1, "supervisorctl status flowapp")).toContain("no such process");
    expect(await on(1, "supervisorctl avail")).not.toContain("flowapp");
    const left =
      "ls /etc/supervisor/conf.d/flowapp.conf /etc/profile.d/flowapp.sh /usr/local/bin/flowapp /opt/flowapp/.git";
    expect((await on(1, left)).match(/No such file/g)).toHaveLength(4);
    // What was kept aside belongs to people, the home to the account.
    expect(await on(1, "ls /var/lib/supervised/flowapp")).toBe("aside\nhome");
    expect(await on(1, "supervisorctl pid otherapp")).toBe(pid);
    expect((await second.destroy()).exitCode).toBe(0);
  });
});
