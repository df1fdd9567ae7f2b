import { describe, expect, it } from "vitest";
import { lintConf } from "../../conf/program/lint";
import { readProgram, readSections } from "../../conf/program/read";
import { includedBy } from "../../conf/supervisord";

describe("sections, as supervisor's parser sees them", () => {
  it("know comments, continuations and both delimiters", () => {
    const text =
      '; top\n[program:a]  # why\nCommand: run ; more\nenvironment=A="1",\n  B="2"\n\t; dropped\n[x]\nk = v\n';
    expect(readSections(text)).toEqual([
      {
        name: "program:a",
        line: 2,
        options: [
          { key: "command", value: "run", line: 3 },
          { key: "environment", value: 'A="1",\nB="2"', line: 4 },
        ],
      },
      { name: "x", line: 7, options: [{ key: "k", value: "v", line: 8 }] },
    ]);
  });
});

describe("what a release needs of a program", () => {
  it.each([
    ["[program:a]\ncommand=x\n", { startsecs: 1, stopwaitsecs: 10, autostart: true }],
    [
      "[program:a]\ncommand=x\nstartsecs=3\nstopwaitsecs=20\nautostart=False\nstdout_logfile=/var/log/%(program_name)s.log\n",
      { startsecs: 3, stopwaitsecs: 20, autostart: false, log: "/var/log/a.log" },
    ],
    [
      "[program:a]\ncommand=x\nstartsecs=3\nstartsecs=4\nstdout_logfile=NONE\n",
      { startsecs: 4, stopwaitsecs: 10, autostart: true },
    ],
    ["[program:b]\ncommand=x\n", undefined],
  ])("%j", (text, facts) => expect(readProgram(text, "a")).toEqual(facts));
});

describe("a conf that the repository brings", () => {
  const conf = (more: string) => `[program:a]\ncommand=x\nuser=u\n${more}`;
  it.each<[string, string, string[]]>([
    ["nothing wrong", conf(""), []],
    [
      "no program",
      "[program:b]\ncommand=x\n",
      ["error 1 has no section [program:a]", "error 1 [program:b] is not this app's: only [program:a] may be here"],
    ],
    [
      "a section that supervisor ignores",
      "[Program:a]\ncommand=x\n",
      ["error 1 has no section [program:a]", "error 1 [Program:a] should read [program:a]"],
    ],
    [
      "a section that opens a port",
      conf("[inet_http_server]\nport=9001\n"),
      ["error 4 [inet_http_server] is not this app's: only [program:a] may be here"],
    ],
    [
      "a typo",
      conf("autorestrat=true\n"),
      ["warning 4 autorestrat is no option of a program, supervisor ignores it; did you mean autorestart?"],
    ],
    [
      "a size",
      conf("stdout_logfile_maxbytes=50M\n"),
      ['error 4 stdout_logfile_maxbytes should be bytes, or a number with KB, MB or GB (got "50M")'],
    ],
    ["a date format", conf('environment=A="+%Y"\n'), ["error 4 a percent sign in environment is written %%"]],
    [
      "%(here)s",
      conf("directory=%(here)s\n"),
      ["warning 4 %(here)s in directory is the directory of the installed conf, not of the checkout"],
    ],
    ["root by omission", "[program:a]\ncommand=x\n", ["warning 1 has no user: the program would run as root"]],
    ["no command", "[program:a]\nuser=u\n", ["error 1 has no command"]],
    [
      "a byte order mark",
      `\uFEFF${conf("")}`,
      ["error 1 begins with a byte order mark: supervisor would ignore its first section"],
    ],
  ])("%s", (_, text, expected) => {
    expect(lintConf(text, "a", true).map(({ level, line, message }) => `${level} ${line} ${message}`)).toEqual(
      expect.arrayContaining(expected),
    );
    if (expected.length === 0) expect(lintConf(text, "a", true)).toEqual([]);
  });

  it("must not start by itself what is to stay stopped", () => {
    expect(lintConf(conf(""), "a", false).map(({ message }) => message)).toEqual([
      "should have autostart=false, as the settings say `start: false`",
    ]);
    expect(lintConf(conf("autostart=false\n"), "a", false)).toEqual([]);
  });
});

describe("where supervisord takes programs from", () => {
  const path = "/etc/supervisor/supervisord.conf";
  it.each([
    ["[include]\nfiles = /etc/supervisor/conf.d/*.conf\n", { directory: "/etc/supervisor/conf.d", suffix: ".conf" }],
    ["[include]\nfiles = conf.d/*.ini /other/*.conf\n", { directory: "/etc/supervisor/conf.d", suffix: ".ini" }],
    ["[include]\nfiles = %(here)s/x/*.conf\n", { directory: "/etc/supervisor/x", suffix: ".conf" }],
    ["[supervisord]\n", undefined],
    ["[include]\nfiles = /etc/one.conf\n", undefined],
  ])("%j", (text, expected) => expect(includedBy(text, path)).toEqual(expected));
});
