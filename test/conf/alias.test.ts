import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderAlias, renderCommand } from "../../conf/alias";

const sample = readFileSync(join(__dirname, "../../examples/exampleapp/server/alias.sh"), "utf8");
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "alias "));
  const bin = join(directory, "bin");
  mkdirSync(bin);
  // Says what it was asked, and knows no group of the app's name.
  writeFileSync(
    join(bin, "supervisorctl"),
    '#!/bin/sh\ncase $2 in *:*) echo "$2: ERROR (no such group)"; exit 4;; esac\necho "ctl $*"\n',
  );
  writeFileSync(join(bin, "id"), "#!/bin/sh\necho 0\n");
  execFileSync("chmod", ["+x", join(bin, "supervisorctl"), join(bin, "id")]);
  for (const word of ["update", "rollback", "log"]) writeFileSync(join(directory, word), `echo "${word} $*"; pwd\n`);
  const command = renderCommand({ app: "exampleapp", state: directory });
  writeFileSync(join(directory, "command"), command);
  const rendered = renderAlias({ app: "exampleapp" }).replace(
    "/usr/local/bin/exampleapp",
    `'${join(directory, "command")}'`,
  );
  writeFileSync(join(directory, "rendered.sh"), rendered);
  writeFileSync(join(directory, "sample.sh"), sample.replaceAll("/var/lib/supervised/exampleapp", directory));
});
afterAll(() => rmSync(directory, { recursive: true }));

const shells = ["sh", "dash", "bash", "zsh"];
const run = (shell: string, alias: string, line: string) => {
  const env = { PATH: `${join(directory, "bin")}:${process.env.PATH}`, HOME: directory };
  const program = `. '${join(directory, alias)}'; cd /tmp; ${line}; code=$?; echo "code $code in $PWD"`;
  const { stdout, stderr } = spawnSync(shell, ["-c", program], { env, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout;
};

describe.each(["rendered.sh", "sample.sh"])("the alias %s", (alias) => {
  describe.each(shells)("in %s", (shell) => {
    it.each([
      ["start", "Starting exampleapp...\nctl start exampleapp\ncode 0 in /tmp\n"],
      ["stop", "Stopping exampleapp...\nctl stop exampleapp\ncode 0 in /tmp\n"],
      ["restart", "Restarting exampleapp...\nctl restart exampleapp\ncode 0 in /tmp\n"],
      ["status", "Checking status of exampleapp...\nctl status exampleapp\ncode 0 in /tmp\n"],
      ["watch", "Tailing logs for exampleapp...\nctl tail -f exampleapp\ncode 0 in /tmp\n"],
      ["update --yes", "update --yes\n/tmp\ncode 0 in /tmp\n"],
      ["rollback --wait 5", "rollback --wait 5\n/tmp\ncode 0 in /tmp\n"],
      ["log --json", "log --json\n/tmp\ncode 0 in /tmp\n"],
      ["frob", "Unknown command: frob\nUse 'exampleapp help' for a list of available commands.\ncode 2 in /tmp\n"],
    ])("%s", (words, expected) => expect(run(shell, alias, `exampleapp ${words}`)).toBe(expected));

    it("help names every command", () => {
      const help = run(shell, alias, "exampleapp help");
      for (const word of ["start", "stop", "restart", "status", "watch", "update", "rollback", "log"])
        expect(help).toContain(`  exampleapp ${word} `);
    });
  });
});

describe("an update that died in the middle", () => {
  const died = (line: string, code: number) => {
    writeFileSync(join(directory, "open"), "id\n");
    writeFileSync(join(directory, "recover"), `echo "recovered" >&2; exit ${code}\n`);
    const { stdout, stderr } = spawnSync("sh", [join(directory, "command"), line], {
      env: { PATH: `${join(directory, "bin")}:${process.env.PATH}` },
      encoding: "utf8",
    });
    rmSync(join(directory, "open"));
    return stderr + stdout;
  };

  it.each(["start", "stop", "restart", "status"])("is ended before %s", (word) => {
    expect(died(word, 0)).toMatch(/^recovered\n[\s\S]*ctl/);
  });
  it("that goes on after all keeps the program as it is", () => {
    expect(died("stop", 75)).toBe("recovered\n");
    expect(died("status", 75)).toContain("ctl status");
  });
});

describe("the shell that we write", () => {
  it.each([["command"], ["rendered.sh"], ["sample.sh"]])("%s is clean for shellcheck", (file) => {
    const { stdout, status } = spawnSync("shellcheck", ["-s", "sh", join(directory, file)], { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });
  it.each(["sandbox/image/init.sh", "sandbox/image/apply.sh"])("%s too", (file) => {
    const path = join(__dirname, "../..", file);
    expect(spawnSync("shellcheck", ["-S", "warning", "-s", "sh", path], { encoding: "utf8" }).stdout).toBe("");
  });

  it("defines no function where the name can't be one; the command remains", () => {
    expect(renderAlias({ app: "my-app" })).not.toContain("()");
    expect(renderCommand({ app: "my-app" })).toContain("supervisorctl");
  });
});
