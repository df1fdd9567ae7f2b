import { beforeAll, expect, it } from "vitest";
import { type Repository, tinyApp, tinyServer } from "./repository";
import { answerOf, type Config, on, Stack, tiny, writes } from "./stack";

const stack = new Stack("sharing");
const top = "/opt/shareapp";
const kept = "/var/lib/supervised/shareapp/shared";
let app: Repository;

const shared = { directories: ["uploads", "var/cache"], files: [".env", { path: "db.sqlite3", required: false }] };
const configure = (more: Config = {}) =>
  stack.configure({ apps: { shareapp: tiny(app.url, 8151, { shared: { ...shared, ...more } }) } });

beforeAll(async () => {
  app = tinyApp("shareapp");
  stack.configure({ apps: { shareapp: tiny(app.url, 8151) } });
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  // As a deployment made by hand has them.
  await on(1, `runuser -u shareapp -- sh -c 'cd ${top} && mkdir uploads && echo cat >uploads/cat.jpg'`);
});

it("refuses to go without a file that has to be there, before anything is touched", async () => {
  configure();
  const pid = await on(1, "supervisorctl pid shareapp");
  const preview = await stack.preview();
  expect(preview.text).toContain(`${kept}/.env is not there, up refuses without it`);
  expect(preview.text).toContain(`up moves ${top}/uploads to ${kept}/uploads, and leaves a link`);
  const up = await stack.up();
  expect(up.exitCode).not.toBe(0);
  expect(up.text).toContain(`${kept}/.env is not there: put it there`);
  expect(await on(1, "supervisorctl pid shareapp")).toBe(pid);
  expect(await on(1, `cat ${top}/uploads/cat.jpg; readlink ${top}/uploads`)).toBe("cat");
});

it("moves what is there, makes what is missing, and links to it", async () => {
  await on(1, `runuser -u shareapp -- sh -c 'echo SECRET=1 >${top}/.env; chmod 600 ${top}/.env'`);
  app.push({ "src/app.py": tinyServer("two") }, "Two");
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(up.text).toContain(`${top}/uploads is moved to ${kept}/uploads`);
  expect(await on(1, `cd ${top} && readlink uploads .env var/cache db.sqlite3`)).toBe(
    ["uploads", ".env", "var/cache", "db.sqlite3"].map((name) => `${kept}/${name}`).join("\n"),
  );
  expect(
    await on(
      1,
      `cat ${top}/uploads/cat.jpg ${top}/.env; stat -c '%a %U' ${kept}/.env; stat -c %U ${kept} ${kept}/var/cache`,
    ),
  ).toBe("cat\nSECRET=1\n600 shareapp\nshareapp\nshareapp");
  // The app makes its own file through the link.
  await on(1, `runuser -u shareapp -- sh -c 'echo data >${top}/db.sqlite3'`);
  expect(await on(1, `cat ${kept}/db.sqlite3`)).toBe("data");
  const again = await stack.up();
  expect(writes(again)).toEqual([]);
});

it("is not touched by an update that fails", async () => {
  app.push({ "src/app.py": tinyServer("three") }, "Three");
  expect((await stack.up()).exitCode).toBe(0);
  app.push({ "src/app.py": "raise SystemExit(3)\n" }, "Crash");
  expect((await stack.up()).text).toContain("The version before is back.");
  expect(await on(1, `cat ${top}/uploads/cat.jpg ${top}/.env ${top}/db.sqlite3`)).toBe("cat\nSECRET=1\ndata");
});

it("is not touched by a rollback by hand either", async () => {
  expect(await on(1, "shareapp rollback --yes")).toContain("Update process complete.");
  expect(await answerOf(1, 8151)).toContain("two");
  expect(await on(1, `cat ${top}/uploads/cat.jpg ${top}/.env ${top}/db.sqlite3`)).toBe("cat\nSECRET=1\ndata");
  app.push({ "src/app.py": tinyServer("four") }, "Four");
  expect((await stack.up()).exitCode).toBe(0);
});

it("goes back to where it was when the update that moved it fails", async () => {
  await on(1, `runuser -u shareapp -- sh -c 'mkdir ${top}/media && echo dog >${top}/media/dog.jpg'`);
  configure({ directories: [...shared.directories, "media", "empty"] });
  app.push({ "src/app.py": "raise SystemExit(3)\n" }, "Crash");
  expect((await stack.up()).text).toContain("The version before is back.");
  expect(await on(1, `readlink ${top}/media ${top}/empty; cat ${top}/media/dog.jpg`)).toBe("dog");
  expect(await on(1, `readlink ${top}/uploads`)).toBe(`${kept}/uploads`);
  app.push({ "src/app.py": tinyServer("five") }, "Mend");
  expect((await stack.up()).exitCode).toBe(0);
  expect(await on(1, `cat ${kept}/media/dog.jpg`)).toBe("dog");
});

it("refuses what is in git, what is in two places, and somebody's own link", async () => {
  await on(
    1,
    `cd ${top} && ln -s /srv own && mkdir two && echo a >two/a && mkdir ${kept}/two && chown -R shareapp: two ${kept}/two`,
  );
  configure({ directories: [...shared.directories, "src", "own", "two"] });
  const up = await stack.up();
  expect(up.exitCode).not.toBe(0);
  expect(up.text).toMatch(/shared: src is in commit [0-9a-f]{7}: take it out of git, or out of the settings/);
  expect(up.text).toContain(`shared: ${top}/own is a link to /srv: move what it leads to, to ${kept}/own`);
  expect(up.text).toContain(`shared: there is ${top}/two, and ${kept}/two too: one of them has to go`);
  expect(await answerOf(1, 8151)).toContain("five");
  await on(1, `rm -r ${top}/own ${top}/two ${kept}/two`);
});

it("shows and mends a link that somebody took away", async () => {
  configure();
  await on(1, `rm ${top}/uploads`);
  expect((await stack.preview()).text).toMatch(/shared[\s\S]*uploads/);
  expect((await stack.up()).exitCode).toBe(0);
  expect(await on(1, `cat ${top}/uploads/cat.jpg`)).toBe("cat");
});

it("leaves the link of what the settings name no longer", async () => {
  expect(await on(1, `cat ${top}/media/dog.jpg`)).toBe("dog");
  await on(1, `rm ${top}/media ${top}/empty`);
});

it("moves to another path of the settings, and stays when the app goes", async () => {
  configure({ path: "/srv/shareapp-data" });
  app.push({ "src/app.py": "raise SystemExit(3)\n" }, "Crash");
  expect((await stack.up()).text).toContain("The version before is back.");
  expect(await on(1, `readlink ${top}/uploads; cat ${top}/uploads/cat.jpg`)).toBe(`${kept}/uploads\ncat`);
  app.push({ "src/app.py": tinyServer("six") }, "Mend");
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await on(1, `readlink ${top}/uploads; cat ${top}/uploads/cat.jpg; ls -d ${kept} 2>&1`)).toMatch(
    /^\/srv\/shareapp-data\/uploads\ncat\n.*No such file/,
  );
  const destroyed = await stack.destroy();
  expect(destroyed.exitCode, destroyed.text).toBe(0);
  expect(destroyed.text).toContain("its shared files stay on web1 (127.0.0.1): /srv/shareapp-data");
  expect(await on(1, `ls -A ${top} 2>/dev/null; cat /srv/shareapp-data/uploads/cat.jpg`)).toBe("cat");
});

it("is found again by the next deployment, and goes with the app where that was asked for", async () => {
  configure({ path: "/srv/shareapp-data", deleteWithApp: true });
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await on(1, `cat ${top}/uploads/cat.jpg`)).toBe("cat");
  expect((await stack.destroy()).exitCode).toBe(0);
  expect(await on(1, "ls -d /srv/shareapp-data 2>&1")).toContain("No such file");
});
