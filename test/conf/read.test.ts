import { describe, expect, it } from "vitest";
import { readProgram } from "../../conf/program/read";
import { readSections } from "../../conf/program/sections";

describe("sections, as supervisor's parser sees them", () => {
  it("know comments, continuations and both delimiters", () => {
    const text =
      '; top\n[program:a]  # why\nCommand: run ; more\nenvironment=A="1",\n  B="2"\n\t; dropped\n[x]\nk = v\n';
    expect(readSections(text)).toEqual([
      {
        name: "program:a",
        line: 2,
        options: [
          { key: "command", value: "run", line: 3, comment: "; more" },
          { key: "environment", value: 'A="1",\nB="2"', line: 4 },
        ],
      },
      { name: "x", line: 7, options: [{ key: "k", value: "v", line: 8 }] },
    ]);
  });
});

const plain = { numprocs: 1, hasSocket: false };

describe("what a release needs of a program", () => {
  it.each([
    ["[program:a]\ncommand=x\n", { startsecs: 1, stopwaitsecs: 10, autostart: true, ...plain }],
    [
      "[program:a]\ncommand=x\nstartsecs=3\nstopwaitsecs=20\nautostart=False\nstdout_logfile=/var/log/%(program_name)s.log\n",
      { startsecs: 3, stopwaitsecs: 20, autostart: false, ...plain, log: "/var/log/a.log" },
    ],
    [
      "[program:a]\ncommand=x\nstartsecs=3\nstartsecs=4\nstdout_logfile=NONE\n",
      { startsecs: 4, stopwaitsecs: 10, autostart: true, ...plain },
    ],
    [
      "[fcgi-program:a]\ncommand=x\nsocket=tcp://127.0.0.1:80\nstopwaitsecs=3\n",
      { startsecs: 1, stopwaitsecs: 3, autostart: true, numprocs: 1, hasSocket: true },
    ],
    [
      "[program:a]\ncommand=x\nnumprocs=2\nstdout_logfile=/var/log/%(program_name)s-%(process_num)02d-50%%%%.log\n",
      { startsecs: 1, stopwaitsecs: 10, autostart: true, numprocs: 2, hasSocket: false, log: "/var/log/a-00-50%.log" },
    ],
    [
      "[program:a]\ncommand=x\nstdout_logfile=/tmp/%(ENV_X)s\n",
      { startsecs: 1, stopwaitsecs: 10, autostart: true, ...plain },
    ],
    ["[program:b]\ncommand=x\n", undefined],
  ])("%j", (text, facts) => expect(readProgram(text, "a")).toEqual(facts));
});
