import { describe, expect, it } from "vitest";
import { encodeEnvironmentValue, locateCommand, type Program, renderProgram } from "../../conf/program/write";

const program = (change: Partial<Program> = {}): Program => ({
  name: "shop",
  options: { command: "venv/bin/run --port 8000" },
  checkout: "/opt/shop",
  user: "shop",
  log: "/var/log/shop.log",
  start: true,
  environment: {},
  secretNames: [],
  ...change,
});
const lineOf = (text: string, key: string) => text.split("\n").find((line) => line.startsWith(`${key}=`));

describe("a rendered conf", () => {
  it("has our defaults, supervisor's names, and paths below the checkout", () => {
    expect(renderProgram(program())).toBe(`; Made by supervised from the stack config: edit it there.
[program:shop]
command=/opt/shop/venv/bin/run --port 8000
autostart=true
autorestart=true
stopasgroup=true
killasgroup=true
user=shop
redirect_stderr=true
stdout_logfile=/var/log/shop.log
directory=/opt/shop
`);
  });

  it("does not start at a boot what is to stay stopped", () => {
    expect(renderProgram(program({ start: false }))).toContain("autostart=false\n");
  });

  it("has placeholders for secrets, sorted among the plain values", () => {
    const text = renderProgram(program({ environment: { B: "1", Z: "x y" }, secretNames: ["KEY"] }));
    expect(lineOf(text, "environment")).toBe('environment=B="1",KEY=${secret:environment.KEY},Z="x y"');
  });

  it("has a log for each of several processes", () => {
    const options = { command: "run", numprocs: 2, process_name: "p%(process_num)d" };
    expect(lineOf(renderProgram(program({ options })), "stdout_logfile")).toBe(
      "stdout_logfile=/var/log/shop-%(process_num)02d.log",
    );
  });

  it("is a section of its own where the settings name a socket", () => {
    const socket = "unix:///run/%(program_name)s.sock";
    expect(renderProgram(program({ options: { command: "run --fd 0", socket } }))).toContain(`[fcgi-program:shop]
command=run --fd 0
`);
  });

  it.each([
    ["a percent sign", { command: "run --format %H" }, "command=run --format %%H"],
    ["an expansion that is meant", { command: "run %(process_num)02d" }, "command=run %(process_num)02d"],
    [
      "a comment sign after a space",
      { command: "sh -c 'a ; b #c'" },
      "command=sh -c 'a %(program_name).0s; b %(program_name).0s#c'",
    ],
    ["a comment sign without a space", { command: "run a;b#c" }, "command=run a;b#c"],
    ["a list", { command: "run", exitcodes: [0, 2] }, "exitcodes=0,2"],
    ["a relative directory", { command: "run", directory: "src" }, "directory=/opt/shop/src"],
    [
      "a path that is expanded twice",
      { command: "run", stdout_logfile: "/var/log/a%b.log" },
      "stdout_logfile=/var/log/a%%%%b.log",
    ],
  ])("writes %s", (_, options, line) => {
    expect(renderProgram(program({ options })).split("\n")).toContain(line);
  });

  it.each([
    [{ command: "a\nb" }, "program.command: should be one line"],
    [{ command: "run", directory: "src " }, "program.directory: should not begin or end with a space"],
    [{ command: "run", directory: "src\u00a0" }, "program.directory: should not begin or end with a space"],
    [{ command: "run \u0007" }, "program.command: has a control character"],
    [{ command: "run \0" }, "program.command: has a NUL character"],
  ])("refuses %j", (options, message) => {
    expect(() => renderProgram(program({ options }))).toThrow(message);
  });
});

describe("a value of the environment", () => {
  it.each([
    ["plain", '"plain"'],
    ["", '""'],
    ["50%", '"50%%"'],
    ["a;b #c", '"a;b %(program_name).0s#c"'],
    ['say "x" now', `'say "x" now'`],
    ["it's", `"it's"`],
    ["C:\\dir", "'C:\\dir'"],
    ["a=b,c", '"a=b,c"'],
    ["%(ENV_HOME)s", '"%%(ENV_HOME)s"'],
    ["%(here)s", '"%%(%(program_name).0shere)s"'],
    ["-----BEGIN KEY-----\nabc=\n-----END KEY-----\n", '"-----BEGIN KEY-----\n abc=\n -----END KEY-----\n "'],
    ["a \n b", '"a %(program_name).0s\n %(program_name).0s b"'],
    ["a\n\n#b", '"a\n %(program_name).0s\n %(program_name).0s#b"'],
    ["a\n[program:b]", '"a\n [program:b]"'],
  ])("%j is written %s", (value, written) => expect(encodeEnvironmentValue(value)).toBe(written));

  it.each([
    [`it's "x"`, "has both kinds of quotes"],
    ["'a", "begins or ends with a quote"],
    ['a"', "begins or ends with a quote"],
    ["a\rb", "has a carriage return"],
    ["a\uD800", "has a character that is no Unicode"],
    ["it's C:\\", "has a backslash and a single quote"],
    ["a\0b", "has a NUL character"],
  ])("%j is refused without being shown", (value, why) => {
    expect(() => encodeEnvironmentValue(value, "KEY")).toThrow(
      `environment.KEY: ${why}, which supervisor's environment= can't hold`,
    );
  });
});

describe("the first word of a command", () => {
  it.each([
    ["venv/bin/x a", "/opt/shop/venv/bin/x a"],
    ["/usr/bin/x a/b", "/usr/bin/x a/b"],
    ["python3 a/b.py", "python3 a/b.py"],
    ["./run", "/opt/shop/./run"],
    ["%(ENV_HOME)s/x", "%(ENV_HOME)s/x"],
    ["'my env/run' x", "/opt/shop/'my env/run' x"],
    ["'/usr/bin/my run' x", "'/usr/bin/my run' x"],
  ])("%s → %s", (command, located) => expect(locateCommand(command, "/opt/shop")).toBe(located));

  it("is quoted where the checkout needs it", () =>
    expect(locateCommand("venv/bin/x a", "/opt/my shop")).toBe("'/opt/my shop/'venv/bin/x a"));
});

describe("a name", () => {
  it.each([
    ["of a program", { name: "a]\n[supervisord" }, "program: its name should be"],
    ["of a variable", { environment: { "A=1,B": "" } }, "environment: should have names"],
    ["of a secret", { secretNames: ["A\n[x]"] }, "environment: should have names"],
  ])("%s can't open another section", (_, change, message) =>
    expect(() => renderProgram(program(change))).toThrow(message),
  );
});
