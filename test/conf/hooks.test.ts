import { execFileSync, spawnSync } from "node:child_process";
import { userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { localScript, remoteScript } from "../../conf/hooks";

/** What a shell makes of a script. */
function run(script: string, { shell = ["sh", "-c"], input = "" } = {}) {
  const [program, ...words] = [...shell, script];
  const { status, stdout, stderr } = spawnSync(program!, words, { input, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** On this machine, as whoever runs the tests (root there, as on a host). */
const onHost = (command: string, more: object = {}) =>
  remoteScript({ command, timeout: 5, path: "/tmp", venv: "/v", user: userInfo().username, become: "no", ...more });
const shells = [["sh"], ["dash"], ["bash"], ["zsh"], ["fish"], ["tcsh"]].map(([name]) => [name!, "-c"]);

describe("a hook on the machine that runs pulumi", () => {
  it("shows both its outputs in their order and ends with its own exit code", () => {
    expect(run(localScript("echo one; echo two >&2; exit 3"))).toEqual({ status: 3, stdout: "one\ntwo\n", stderr: "" });
    expect(run(localScript(`echo "it's $HOME" | tr a-z A-Z`)).stdout).toBe(`IT'S ${process.env.HOME!.toUpperCase()}\n`);
  });

  it("breaks lines that @pulumi/command could hang at", () => {
    const { stdout } = run(localScript("head -c 100000 /dev/zero | tr '\\0' x"));
    const lines = stdout.trimEnd().split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(16_000);
    expect(lines.join("")).toBe("x".repeat(100_000));
  });

  it("shows a line when it is printed", () => {
    const script = localScript("echo begun; sleep 5");
    const { stdout } = spawnSync("timeout", ["1", "sh", "-c", script], { encoding: "utf8" });
    expect(stdout).toBe("begun\n");
  });
});

describe("a hook on a host", () => {
  it.each(shells)("runs whatever the login shell is: %s", (...shell) => {
    const line = `printf '%s|' "$PWD" "$A" "$(echo "it's")" "\${PATH%%:*}"`;
    const input = `export A='two words'\n`;
    expect(run(onHost(line), { shell, input })).toEqual({
      status: 0,
      stdout: "/tmp|two words|it's|/v/bin|\n",
      stderr: "",
    });
  });

  it("ends with its own exit code, and after its seconds", () => {
    expect(run(onHost("exit 7")).status).toBe(7);
    const { status, stdout } = run(onHost("echo begun; sleep 60", { timeout: 1 }));
    expect([status, stdout.slice(0, 6)]).toEqual([124, "begun\n"]);
  });

  it("does not run where the checkout is missing", () => {
    expect(run(onHost("echo ran", { path: "/no/such" }))).toMatchObject({ status: 2, stdout: "" });
  });

  it("reads nothing of what it was sent", () => {
    expect(run(onHost("cat"), { input: "export A=1\n" }).stdout).toBe("");
  });

  it("gives sudo its password before the environment", () => {
    const sudo =
      '#!/bin/sh\n[ "$1 $2 $4 $5" = "-S -p -H --" ] || exit 9\nread -r typed; echo "sudo got $typed"\nshift 5; exec "$@"\n';
    const directory = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
    execFileSync("sh", ["-c", `cat >${directory}/sudo && chmod +x ${directory}/sudo`], { input: sudo });
    const script = onHost("echo $A", { become: "sudo with a password" });
    const { stdout } = run(`PATH=${directory}:$PATH; ${script}`, { input: "pass word\nexport A=2\n" });
    execFileSync("rm", ["-r", directory]);
    expect(stdout).toBe("sudo got pass word\n2\n");
  });
});
