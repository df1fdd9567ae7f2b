import { spawnSync } from "node:child_process";
import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { batchAnswers, batchProgram } from "../../provider/commands/batch";
import { bySupervisord } from "../../provider/commands/daemon";
import { type Command, command, script } from "../../provider/commands/shell";

const looks: Command[] = [
  bySupervisord('import sys; print("it\'s", sys.argv[1:]); print("odd", file=sys.stderr)', "a b", "'c'"),
  command("printf", "%s", "no end of line"),
  bySupervisord('import sys; print("żółć", end=""); sys.exit("why")'),
  script("echo a; echo b >&2; exit 4"),
  bySupervisord("import sys; sys.exit(3)"),
  bySupervisord("open('/no/where')"),
];
const ask = (commands: readonly Command[], env = process.env) =>
  spawnSync("sh", ["-c", batchProgram(commands)], { env, encoding: "utf8" }).stdout;

it("gives each look its own exit code and streams, those of one interpreter too", () => {
  const answers = batchAnswers(ask(looks), looks.length);
  expect(answers.slice(0, 5)).toEqual([
    { exitCode: 0, stdout: "it's ['a b', \"'c'\"]\n", stderr: "odd\n" },
    { exitCode: 0, stdout: "no end of line", stderr: "" },
    { exitCode: 1, stdout: "żółć", stderr: "why\n" },
    { exitCode: 4, stdout: "a\n", stderr: "b\n" },
    { exitCode: 3, stdout: "", stderr: "" },
  ]);
  expect(answers[5]).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringMatching(/FileNotFoundError.*\/no\/where/),
  });
});

it("starts one interpreter for all of them", () => {
  const [own, parent] = ["import os; print(os.getpid())", "import os; print(os.getppid())"].map((text) =>
    bySupervisord(text),
  ) as [Command, Command];
  const answers = batchAnswers(ask([parent, parent, own]), 3);
  expect(new Set(answers.map((answer) => answer!.stdout)).size).toBe(1);
});

it("has an answer of each where there is no interpreter", () => {
  const bin = mkdtempSync(join(tmpdir(), "bin-"));
  for (const name of ["sh", "mktemp", "rm", "cat", "cp", "wc", "head", "sed", "tr", "printf"])
    symlinkSync(spawnSync("which", [name], { encoding: "utf8" }).stdout.trim(), join(bin, name));
  const [missing, other] = batchAnswers(ask([looks[0]!, looks[1]!], { PATH: bin }), 2);
  expect(missing).toMatchObject({ exitCode: 127, stdout: "" });
  expect(other).toEqual({ exitCode: 0, stdout: "no end of line", stderr: "" });
});

it.each([
  ["by supervisord's interpreter", [bySupervisord("print('x' * 600)"), bySupervisord("print('y' * 600)"), looks[4]!]],
  ["by a shell", [command("head", "-c", "5000", "/dev/zero"), command("head", "-c", "5000", "/dev/zero"), looks[4]!]],
])("takes nothing for an answer that did not fit on the disk, %s", (_, commands) => {
  const { stdout } = spawnSync("sh", ["-c", `ulimit -f 1\n${batchProgram(commands)}`], {
    encoding: "utf8",
    env: { ...process.env, PYTHONUNBUFFERED: "" }, // as on a host: it is written at the end
  });
  const [first, second, small] = batchAnswers(stdout, 3);
  expect([first?.exitCode, second?.exitCode]).not.toContain(0);
  expect(small).toEqual({ exitCode: 3, stdout: "", stderr: "" });
});

it("takes nothing for an answer of one that was killed", () => {
  const answers = batchAnswers(ask([bySupervisord("import os; os.kill(os.getpid(), 9)"), bySupervisord("pass")]), 2);
  expect(answers[0]?.exitCode).not.toBe(0);
  expect(answers[1]).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

it("answers nothing of what was cut off", () => {
  const whole = ask(looks.slice(1, 2));
  expect(batchAnswers(whole.slice(0, -1), 1)).toEqual([undefined]);
  expect(batchAnswers("", 2)).toEqual([undefined, undefined]);
});
