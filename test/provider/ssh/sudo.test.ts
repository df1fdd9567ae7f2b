import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { command, Secret, script } from "../../../provider/commands/shell";
import type { Connection } from "../../../provider/connection";
import { Pool } from "../../../provider/ssh/pool";
import { asks, explainSudo, prompt, sudo } from "../../../provider/ssh/sudo";
import { account, mayMakeAccounts, password, removeAccounts } from "./account";
import { startServer, type TestServer } from "./server";

describe("the words of sudo", () => {
  it("are constant, with and without a password", () => {
    expect(sudo("sh", false)).toBe("exec env LC_ALL=C sudo -n -H -- sh");
    expect(sudo("sh", true)).toBe("exec env LC_ALL=C sudo -S -p '[supervised] password:' -H -- sh");
  });

  it.each<[string, boolean]>([
    [`We trust you …\n\n${prompt}`, true],
    ["Password: ", true],
    ["Kerberos password for deploy@EXAMPLE.ORG: ", true],
    ["Welcome!\nYour password expires: in 3 days\n", false],
    ["", false],
  ])("asked with %j: %s", (printed, expected) => expect(asks(printed)).toBe(expected));

  it.each<[string, RegExp | undefined]>([
    ["sudo: a password is required\n", /set becomePassword, or allow deploy `NOPASSWD: ALL`/],
    ["sudo: sorry, you must have a tty to run sudo\n", /requiretty.*`Defaults:deploy !requiretty`/],
    ["deploy is not in the sudoers file.\n", /may not become root by sudo/],
    ["Sorry, user deploy is not allowed to execute '/bin/sh' as root on web1.\n", /may not become root by sudo/],
    ["env: 'sudo': No such file or directory\n", /there is no sudo on the host/],
    ["This account is currently not available.\n", undefined],
  ])("%j is explained", (printed, expected) => {
    const said = explainSudo(printed, "deploy");
    if (expected === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(expected);
  });
});

// Real sudo and real login shells, in a mount namespace; vitest and the summary count it as skipped where this is not root.
describe.runIf(mayMakeAccounts)("with a real sudo", () => {
  const pool = new Pool();
  let server: TestServer;
  const start = async (options: Parameters<typeof account>[0], more: Partial<Connection> = {}, env = {}) => {
    server = await startServer({ shell: account(options), env });
    const { port, hostKey, privateKey } = server;
    const way = { host: "127.0.0.1", port, hostKey, privateKey, sshConfig: false as const };
    return pool.host({ ...way, name: "web1", user: "deploy", become: "sudo", ...more });
  };
  afterEach(async () => {
    await pool.close();
    await server.close();
    removeAccounts();
  });

  const banner = 'echo "Welcome to web1"; echo "Last login: never" 1>&2\n';
  const shells: [string, string, string][] = [
    ["sh", "/bin/sh", ""],
    ["bash", "/bin/bash", banner],
    ["zsh", "/usr/bin/zsh", banner],
    ["fish", "/usr/bin/fish", 'echo "Welcome to web1"; echo "Last login: never" >&2\n'],
    ["tcsh", "/usr/bin/tcsh", 'echo "Welcome to web1"\n'],
  ];

  it.each(shells)("a program arrives through %s, whatever that prints first", async (_, shell, rc) => {
    // As by sshd: bash reads its rc file only then.
    const host = await start({ shell, rc }, { becomePassword: password }, { SSH_CLIENT: "192.0.2.1 1 22", SHLVL: "0" });
    const text = `it's "a  b" $HOME !x \\ \n żółć`;
    const lines: string[] = [];
    const ran = await host.run(
      { ...script('id -u; printf %s "$1"; cat; echo err >&2', text), stdin: new Secret(`${text}\n`) },
      { onLine: (line) => lines.push(line) },
    );
    expect(ran.stdout).toBe(`0\n${text}${text}\n`);
    expect(ran.stderr).toBe("err\n");
    if (rc !== "") expect(server.seen.printed).toContain("Welcome to web1");
    expect(lines.join()).not.toMatch(/Welcome|Last login|password/);
    // Several looks share one program, and are still told apart.
    const looks = ["a", "b"].map((word) =>
      host.read({ command: command("echo", word), parse: ({ stdout }) => stdout }),
    );
    expect(await Promise.all(looks)).toEqual(["a\n", "b\n"]);
    expect(server.seen.execs.join()).not.toContain("hunter2");
  });

  it.each<[string, string]>([
    ["is asked for", "deploy ALL=(ALL) ALL"],
    ["is not needed after all", "deploy ALL=(ALL) NOPASSWD: ALL"],
    ["is asked for in sudo's own terminal", "Defaults use_pty\ndeploy ALL=(ALL) ALL"],
    ["is asked for after a lecture", "Defaults lecture=always\ndeploy ALL=(ALL) ALL"],
  ])("a password that %s gets nowhere but there", async (_, sudoers) => {
    const host = await start({ sudoers }, { becomePassword: password });
    // All that is running, as anybody sees it, and what the program itself was given.
    const { stdout } = await host.run({ ...script("id -u; ps axeww; cat"), stdin: "given" });
    expect(stdout).toMatch(/^0\n/);
    expect(stdout).toMatch(/given$/);
    expect(stdout).not.toContain("hunter2");
  });

  it("without a password it becomes root where none is needed", async () => {
    const host = await start({ sudoers: "deploy ALL=(ALL) NOPASSWD: ALL" });
    expect((await host.run(command("id", "-u"))).stdout).toBe("0\n");
    expect((await host.run(script("echo $HOME"))).stdout).toBe("/root\n");
  });

  it.each<[string, string, Partial<Connection>, RegExp]>([
    [
      "a password that is missing",
      "deploy ALL=(ALL) ALL",
      {},
      /^web1 \(127\.0\.0\.1\): id: it has not run: sudo asks for a password: set becomePassword/,
    ],
    ["a user who may not", "", {}, /it has not run: (deploy may not become root|sudo asks for a password)/],
    [
      "a user who may not, with a password",
      "",
      { becomePassword: password },
      /it has not run: deploy may not become root by sudo/,
    ],
    [
      "requiretty",
      "Defaults requiretty\ndeploy ALL=(ALL) NOPASSWD: ALL",
      {},
      /it has not run: sudo wants a terminal \(requiretty\).*`Defaults:deploy !requiretty` into \/etc\/sudoers\.d/,
    ],
    [
      "requiretty, with a password",
      "Defaults requiretty\ndeploy ALL=(ALL) ALL",
      { becomePassword: password },
      /it has not run: sudo wants a terminal \(requiretty\)/,
    ],
  ])("%s is told with what to do", async (_, sudoers, more, message) => {
    const host = await start({ sudoers }, more, { LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" });
    await expect(host.run({ ...command("id"), ok: [0, 1] })).rejects.toThrow(message);
  });

  it.each<[string, string, number]>([
    ["asks again, and gets no answer", "deploy ALL=(ALL) ALL", 2],
    ["asks once", "Defaults passwd_tries=1\ndeploy ALL=(ALL) ALL", 1],
  ])("a wrong password is tried once for all, where sudo %s", async (_, sudoers, asked) => {
    const wrong = "letmein99";
    const host = await start(
      { sudoers: `${sudoers}\nDefaults logfile=/tmp/sudo.log\n`, noexec: true },
      { becomePassword: wrong },
    );
    const ran = await Promise.allSettled(Array.from({ length: 6 }, () => host.run(command("true"))));
    for (const one of ran) {
      expect(one).toMatchObject({ status: "rejected", reason: { name: "CommandError" } });
      const { message } = (one as PromiseRejectedResult).reason;
      expect(message).toMatch(
        /it has not run: sudo does not accept becomePassword, and is not asked again in this run/,
      );
      expect(message).not.toContain(wrong);
    }
    await expect(host.run(command("true"))).rejects.toThrow("sudo does not accept becomePassword");
    expect(server.seen.execs).toHaveLength(1);
    expect(server.seen.printed.split(prompt).length - 1).toBe(asked);
  });

  it("a trace names the programs and never the password", async () => {
    const directory = mkdtempSync(join(tmpdir(), "trace-"));
    process.env.SUPERVISED_TRACE = join(directory, "trace");
    try {
      const host = await start({}, { becomePassword: password });
      await host.run(command("id", "-u"));
      const traced = readFileSync(process.env.SUPERVISED_TRACE, "utf8");
      expect(traced).toContain('"command":"id -u"');
      expect(traced).not.toContain("hunter2");
    } finally {
      delete process.env.SUPERVISED_TRACE;
      rmSync(directory, { recursive: true });
    }
  });

  it.each<[string, string]>([
    ["sudo", "deploy ALL=(ALL) ALL"],
    ["sudo in a terminal of its own", "Defaults use_pty\ndeploy ALL=(ALL) ALL"],
  ])("what runs as root by %s is ended with its run", async (_, sudoers) => {
    const host = await start({ sudoers }, { becomePassword: password });
    const mark = `8.${process.pid}`;
    await expect(host.run({ ...script(`sleep ${mark} & sleep ${mark}`), timeout: 0.7 })).rejects.toThrow(
      "took too long",
    );
    const left = execFileSync("sh", ["-c", `pgrep -f '^sleep ${mark}' || true`], { encoding: "utf8" });
    expect(left).toBe("");
  });

  it("looks and programs need nothing that runs from a temporary directory, which may be mounted noexec", async () => {
    const host = await start({ noexec: true }, { becomePassword: password });
    const proof = await host.run({ ...script("printf '#!/bin/sh\\n' >/tmp/x; chmod +x /tmp/x; /tmp/x"), ok: [126] });
    expect(proof.exitCode).toBe(126);
    const look = { command: command("echo", "seen"), parse: ({ stdout }: { stdout: string }) => stdout };
    expect(await host.read(look)).toBe("seen\n");
  });

  it("a locale of the host changes nothing", async () => {
    const host = await start({}, { becomePassword: password }, { LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" });
    const { stdout } = await host.run({ ...script("echo $LC_ALL; ls /no/where 2>&1 || true") });
    expect(stdout).toBe("C\nls: cannot access '/no/where': No such file or directory\n");
  });

  it("an account that may not log in is told, whatever exit codes are answers", async () => {
    const host = await start({ shell: "/usr/sbin/nologin" }, { becomePassword: password });
    await expect(host.run({ ...command("id"), ok: [0, 1] })).rejects.toThrow(
      /it has not run: the login shell ended with exit code 1\n.*not available/s,
    );
  });
});
