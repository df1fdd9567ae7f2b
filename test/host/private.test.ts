import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSshPair } from "../../sandbox/keys";
import { directory, sandbox } from "./places";
import { Repository, tinyServer } from "./repository";
import { answerOf, type Config, connectionTo, on, type Ran, Stack, tiny } from "./stack";

const key = openSshPair();
const token = "tok-4711-hunter2";
const serverPort = 8180;
const serverKey = () => sandbox.host(1).hostKey.split(" ").slice(0, 2).join(" ");
const bySsh = (name: string) => `ssh://git@127.0.0.1/srv/git/${name}.git`;
const byHttp = (name: string) => `http://127.0.0.1:${serverPort}/${name}.git`;
/** A line in the middle of the key: what no list, file or text may have. */
const keyPart = key.privateKey.split("\n")[2]!;

const tinyRepository = (name: string, message: string): Repository => {
  const repository = new Repository(name);
  repository.push({ "src/app.py": tinyServer(message), "requirements.txt": "" }, "First");
  return repository;
};
const secret = (stack: Stack, path: string, value: string): Promise<Ran> =>
  stack.pulumi("config", "set", "--secret", "--path", `supervised:apps.${path}`, "--", value);
/** Every list of words that is seen on the host in these seconds. */
const watchWords = (seconds: number) =>
  on(1, `for i in $(seq 1 ${seconds * 20}); do ps axww -o args; sleep 0.05; done`);
/** Files of the host that hold a text, but for what programs have in memory. */
const holding = (text: string) =>
  on(
    1,
    `grep -rlsF -- '${text}' /opt /var/lib/supervised /var/cache/supervised /tmp /run /etc /root /home /var/log || :`,
  );

beforeAll(async () => {
  await sandbox.bring(1, "git", "git-lfs", "python3");
  await on(
    1,
    `id git || useradd --system --create-home --home-dir /home/git --shell /usr/bin/git-shell git
     install -d -m 0700 -o git /home/git/.ssh
     printf 'restrict %s\\n' '${key.publicKey}' >/home/git/.ssh/authorized_keys
     chown git /home/git/.ssh/authorized_keys; usermod -p '*' git`,
  );
  const program = readFileSync(join(__dirname, "gitServer.py")).toString("base64");
  await on(
    1,
    `echo ${program} | base64 -d >/tmp/gitServer.py
    setsid python3 /tmp/gitServer.py ${serverPort} /srv/git deploy ${token} </dev/null > /tmp/gitServer.log 2>&1 & echo $! >/tmp/gitServer.pid; sleep 1`,
  );
  expect(await on(1, `git ls-remote ${byHttp("none")} 2>&1`)).toContain("could not read Username");
});

describe("a repository by ssh", () => {
  const stack = new Stack("deploykey");
  const settings = (more: Config = {}) => tiny(bySsh("keyapp"), 8131, { repositoryHostKey: serverKey(), ...more });
  let app: Repository;
  let up: Ran;
  let words: string;

  beforeAll(async () => {
    app = tinyRepository("keyapp", "by key");
    stack.configure({ apps: { keyapp: settings() } });
  });

  it("is refused without a key, and says what to set", async () => {
    const preview = await stack.up();
    expect(preview.exitCode).not.toBe(0);
    expect(preview.text).toMatch(/can't fetch ssh:[\s\S]*Permission denied[\s\S]*Then set deployKey or forwardAgent/);
  });

  it("is deployed with its key", async () => {
    await secret(stack, "keyapp.deployKey", key.privateKey);
    const watching = watchWords(25);
    up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(1, 8131)).toContain("by key");
    words = await watching;
  });

  it("whose key is in no output, state, trace or process list, and on the host for root alone", async () => {
    expect(words).toContain("ssh -o BatchMode=yes -o StrictHostKeyChecking=yes");
    for (const text of [up.text, JSON.stringify(up.trace), stack.state(), words]) expect(text).not.toContain(keyPart);
    const files = (await holding(keyPart.slice(0, 40))).split("\n");
    expect(files.length).toBeGreaterThan(0);
    for (const file of files)
      expect(file).toMatch(/^\/var\/lib\/supervised\/keyapp\/(current\.json|jobs\/|releases\/)/);
    const readable = await on(
      1,
      `for f in ${files.join(" ")}; do runuser -u keyapp -- cat $f; done 2>/dev/null | wc -c`,
    );
    expect(readable).toBe("0");
    expect(await on(1, "cat /opt/keyapp/.git/config")).toContain(bySsh("keyapp"));
  });

  it("is updated by hand on the host, too", async () => {
    app.push({ "src/app.py": tinyServer("by hand") }, "By hand");
    expect(await on(1, "keyapp update --yes")).toContain("Update process complete.");
    expect(await answerOf(1, 8131)).toContain("by hand");
  });

  it("is not asked where another machine answers in its place", async () => {
    const other = openSshPair().publicKey.split(" ").slice(0, 2).join(" ");
    stack.configure({ apps: { keyapp: settings({ repositoryHostKey: other }) } });
    await secret(stack, "keyapp.deployKey", key.privateKey);
    const refused = await stack.preview();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.text).toContain("The git server's key is not repositoryHostKey.");
    stack.configure({ apps: { keyapp: settings({ repositoryHostKey: undefined }) } });
    await secret(stack, "keyapp.deployKey", key.privateKey);
    expect((await stack.preview()).text).toContain("Nobody on this host trusts the git server's key");
  });

  it("is fetched with the agent of this machine, of which nothing stays on the host", async () => {
    const top = mkdtempSync(join(tmpdir(), "agent-"));
    writeFileSync(join(top, "key"), key.privateKey, { mode: 0o600 });
    const agent = spawn("ssh-agent", ["-D", "-a", join(top, "socket")], { stdio: "ignore" });
    try {
      const env = { SSH_AUTH_SOCK: join(top, "socket") };
      for (let i = 0; i < 50; i++) {
        try {
          execFileSync("ssh-add", ["-q", join(top, "key")], { env: { ...process.env, ...env }, stdio: "ignore" });
          break;
        } catch {
          await new Promise((done) => setTimeout(done, 100));
        }
      }
      stack.configure({ apps: { keyapp: settings({ forwardAgent: true }) } });
      app.push({ "src/app.py": tinyServer("by agent") }, "By agent");
      const done = await stack.run(["up", "--yes", "--skip-preview"], { env });
      expect(done.exitCode, done.text).toBe(0);
      expect(await answerOf(1, 8131)).toContain("by agent");
      expect(await on(1, "grep -c deployKey /var/lib/supervised/keyapp/current.json")).toBe("0");

      const without = await stack.run(["preview"], { env: { SSH_AUTH_SOCK: "" } });
      expect(without.text).toContain("forwardAgent needs an SSH agent on this machine");
      expect(await on(1, "keyapp update --yes")).toContain(
        "no SSH agent came with the connection; log in with `ssh -A`",
      );
      const { host, port } = sandbox.host(1);
      const login = ["-i", String(connectionTo(sandbox.host(1)).privateKeyFile), "-p", String(port)];
      const known = ["-o", `UserKnownHostsFile=${String(connectionTo(sandbox.host(1)).knownHosts)}`, "-F", "none"];
      app.push({ "src/app.py": tinyServer("by their agent") }, "By their agent");
      const said = execFileSync("ssh", ["-A", ...login, ...known, `root@${host}`, "keyapp update --yes"], {
        env: { ...process.env, ...env },
        encoding: "utf8",
      });
      expect(said).toContain("Update process complete.");
    } finally {
      agent.kill();
      rmSync(top, { recursive: true });
    }
    expect((await stack.destroy()).exitCode).toBe(0);
  });
});

describe("a repository by http with a token", () => {
  const stack = new Stack("token");
  const settings = () => tiny(byHttp("tokenapp"), 8132, { tokenUser: "deploy" });
  let app: Repository;

  it("is refused with a wrong one, which is not shown", async () => {
    app = tinyRepository("tokenapp", "by token");
    stack.configure({ apps: { tokenapp: settings() } });
    await secret(stack, "tokenapp.token", "wrong-hunter2");
    const refused = await stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.text).toContain("The git server does not accept the token.");
    expect(refused.text).not.toContain("wrong-hunter2");
  });

  it("is deployed and updated by hand with the right one, which nobody sees", async () => {
    await secret(stack, "tokenapp.token", token);
    const watching = watchWords(20);
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(1, 8132)).toContain("by token");
    app.push({ "src/app.py": tinyServer("by hand") }, "By hand");
    expect(await on(1, "tokenapp update --yes")).toContain("Update process complete.");
    // The server itself is told it by a word.
    const words = (await watching).split("\n").filter((line) => !line.includes("gitServer.py"));
    expect(words.join("\n")).toContain("credential.helper=");
    for (const text of [up.text, JSON.stringify(up.trace), stack.state(), ...words]) expect(text).not.toContain(token);
    for (const file of (await holding(token)).split("\n"))
      expect(file).toMatch(/^\/var\/lib\/supervised\/tokenapp\/(current\.json|jobs\/|releases\/)/);
  });

  it("goes over to a new one without a restart", async () => {
    const pid = await on(1, "supervisorctl pid tokenapp");
    stack.configure({ apps: { tokenapp: settings() } });
    await secret(stack, "tokenapp.token", token);
    app.push({}, "Nothing new");
    await stack.up();
    stack.configure({ apps: { tokenapp: { ...settings(), tokenUser: "deploy" } } });
    await secret(stack, "tokenapp.token", "tok-next");
    // The server knows it no more: nothing can be asked, and nothing is touched.
    expect((await stack.up()).text).toContain("does not accept the token");
    expect(await on(1, "supervisorctl status tokenapp")).toContain("RUNNING");
    expect(pid).toMatch(/^\d+$/);
    await secret(stack, "tokenapp.token", token);
    expect((await stack.destroy()).exitCode).toBe(0);
  });
});

describe("a monorepo with submodules and files of LFS", () => {
  const stack = new Stack("mono");
  const big = "large ".repeat(20_000);
  const oid = createHash("sha256").update(big).digest("hex");
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${big.length}\n`;
  const server = `import sys; sys.path.insert(0, "../vendor/lib")
import lib
${tinyServer("mono").replace('"mono"', 'lib.NAME + " " + str(len(open("../data/model.bin").read()))')}`;
  const settings = (more: Config = {}) =>
    tiny(byHttp("mono"), 8133, {
      tokenUser: "deploy",
      subdirectory: "services/api",
      submodules: true,
      lfs: true,
      ...more,
    });
  let app: Repository;
  let library: Repository;

  beforeAll(async () => {
    library = new Repository("monolib");
    library.push({ "lib.py": 'NAME = "lib one"\n' }, "One");
    app = new Repository("mono");
    mkdirSync(join(directory, "git/mono.git/lfs/objects", oid.slice(0, 2), oid.slice(2, 4)), { recursive: true });
    writeFileSync(join(directory, "git/mono.git/lfs/objects", oid.slice(0, 2), oid.slice(2, 4), oid), big);
    app.push({ "services/api/requirements.txt": "-r ../common.txt\n", "services/common.txt": "" }, "Requirements");
    const bare = join(directory, "git/monolib.git");
    app.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", bare, "services/api/vendor/lib");
    app.git("config", "-f", ".gitmodules", "submodule.services/api/vendor/lib.url", "../monolib.git");
    app.push(
      {
        "services/api/src/app.py": server,
        "services/api/data/model.bin": pointer,
        ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n",
      },
      "First",
    );
    stack.configure({ apps: { mono: settings() } });
    await secret(stack, "mono.token", token);
  });

  it("is deployed from its directory", async () => {
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await answerOf(1, 8133)).toContain(`lib one ${big.length}`);
    expect(await on(1, "readlink /opt/mono/services/api/venv")).toMatch(/^\/var\/lib\/supervised\/mono\/venvs\//);
    const conf = await on(1, "cat /etc/supervisor/conf.d/mono.conf");
    expect(conf).toContain("directory=/opt/mono/services/api/src");
    expect((await stack.preview()).text).toMatch(/\d+ unchanged/);
    expect(await on(1, "runuser -u mono -- git -C /opt/mono diff HEAD --name-only")).toBe("");
  });

  it("shows the commits of its directory, and how many there are elsewhere", async () => {
    app.push({ "services/web/index.html": "x" }, "Of another service");
    app.push({ "services/api/src/more.py": "" }, "Of this one");
    const { text } = await stack.preview();
    expect(text).toMatch(/Of this one\n\s+and 1 outside of services\/api/);
    expect(text).not.toContain("Of another service");
  });

  it("comes with another submodule commit, and goes back with it", async () => {
    const two = library.push({ "lib.py": 'NAME = "lib two"\n' }, "Two");
    app.git(
      "-c",
      "protocol.file.allow=always",
      "-C",
      "services/api/vendor/lib",
      "fetch",
      "-q",
      join(directory, "git/monolib.git"),
    );
    app.git("-C", "services/api/vendor/lib", "checkout", "-q", two);
    app.push({}, "A newer library");
    expect((await stack.up()).exitCode).toBe(0);
    expect(await answerOf(1, 8133)).toContain("lib two");
    app.push({ "services/api/src/app.py": "raise SystemExit(3)\n" }, "Crash");
    expect((await stack.up()).text).toContain("The version before is back.");
    expect(await answerOf(1, 8133)).toContain("lib two");
    expect(await on(1, "mono rollback --yes")).toContain("Update process complete.");
    expect(await answerOf(1, 8133)).toContain("lib one");
    app.push({ "services/api/src/app.py": server }, "Mend");
    expect(await on(1, "mono update --yes")).toContain("Update process complete.");
    expect(await answerOf(1, 8133)).toContain("lib two");
  });

  it("refuses to overwrite edits in a submodule, and keeps them aside where it may", async () => {
    await on(1, "echo '# mine' >>/opt/mono/services/api/vendor/lib/lib.py");
    app.push({ "services/api/src/more.py": "# next\n" }, "Next");
    expect((await stack.up()).text).toContain("changed: services/api/vendor/lib");
    stack.configure({ apps: { mono: settings({ overwriteLocalChanges: true }) } });
    await secret(stack, "mono.token", token);
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    const kept = /kept as (refs\/supervised\/aside\/\S+) in services\/api\/vendor\/lib/.exec(up.text)?.[1];
    const show = `git -c safe.directory=* -C /opt/mono/services/api/vendor/lib show ${kept}:lib.py`;
    expect(await on(1, show)).toContain("# mine");
    expect(await on(1, "cat /opt/mono/services/api/vendor/lib/lib.py")).not.toContain("# mine");
  });

  it("says where the commit has no such directory", async () => {
    stack.configure({ apps: { mono: settings({ subdirectory: "services/nowhere" }) } });
    await secret(stack, "mono.token", token);
    expect((await stack.preview()).text).toMatch(
      /subdirectory: services\/nowhere is no directory of commit [0-9a-f]{7}/,
    );
  });

  it("goes away with all that it brought", async () => {
    stack.configure({ apps: { mono: settings() } });
    await secret(stack, "mono.token", token);
    const destroyed = await stack.destroy();
    expect(destroyed.exitCode, destroyed.text).toBe(0);
    expect(await on(1, "ls -A /opt/mono 2>/dev/null; ls -A /var/lib/supervised/mono")).toBe("home");
  });
});

it("says what LFS needs where the host has none", async () => {
  await on(1, "mv $(command -v git-lfs) /root/git-lfs");
  try {
    const stack = new Stack("nolfs");
    tinyRepository("nolfs", "none");
    stack.configure({ apps: { nolfs: tiny("file:///srv/git/nolfs.git", 8134, { lfs: true }) } });
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toContain("git-lfs is not on this host: add it to the host's packages (packages: [git-lfs])");
    await stack.destroy();
  } finally {
    await on(1, "mv /root/git-lfs /usr/bin/git-lfs");
  }
});

afterAll(async () => {
  await on(1, "kill $(cat /tmp/gitServer.pid)");
});
