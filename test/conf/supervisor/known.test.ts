import { describe, it } from "vitest";
import { type Case, expectAnswers } from "./cases";
import { versions } from "./oracle";

const conf = (socket: string, more = "") =>
  `[supervisord]\n[unix_http_server]\nfile=${socket}\n${more}[supervisorctl]\nserverurl=unix://${socket}\n[include]\nfiles = conf.d/*.conf\n`;
const plain = conf("HERE/s.sock");
const found = { socket: "HERE/s.sock", patterns: ["HERE/conf.d/*.conf"] };

const keeps: Case[] = [
  ["a socket", ["keeps", plain], found],
  ["a conf that changed just now", ["keeps", plain, 1], null],
  ["a password", ["keeps", conf("HERE/s.sock", "username=ann\npassword=sesame\n")], null],
  ["a variable of the environment", ["keeps", conf("HERE/%(ENV_STAGE)s.sock")], null],
  ["a port", ["keeps", "[inet_http_server]\nport=127.0.0.1:9001\n"], null],
  ["nothing that can be read", ["keeps", "password sesame\n"], null],
];
const after: Case[] = [
  ["nothing", ["after", "nothing", plain], found],
  ...[
    "the main conf",
    "another main conf",
    "the script",
    "no script",
    "no main conf",
    "no supervisord",
    "the record",
    "no record",
  ].map((change): Case => [change, ["after", change, plain], null]),
];
const interface_ =
  "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n";
const program = "[program:app]\ncommand=/bin/cat\n";

describe.each(versions)("by supervisor %s, a look", (version) => {
  it("goes by the door of the last update as long as nothing is other than then", async () => {
    const logs = "logfile=HERE/log\npidfile=HERE/pid\nchildlogdir=HERE\n";
    const runs = plain.replace("[supervisord]\n", `${interface_}${program}[supervisord]\n${logs}`);
    const cases: Case[] = [
      ...keeps,
      ...after,
      ["is asked", ["answers", runs], { same: [true, true], version, names: ["app"], unknown: null, ended: null }],
    ];
    await expectAnswers(version, "known.py", ["activation"], cases);
  }, 60_000);
});
