import validateProgram from "../../conf/program/validate.py";
import { type Command, script } from "./shell";

/** supervisorctl answers in tables whose widths vary: name, state, description. */
export interface Process {
  /** `exampleapp`, or `group:name` where they differ. */
  name: string;
  state: "STOPPED" | "STARTING" | "RUNNING" | "BACKOFF" | "STOPPING" | "EXITED" | "FATAL" | "UNKNOWN";
  pid?: number;
  description: string;
}

/** Why supervisorctl gave no table. */
export type Silence = "no such process" | "not answering" | "no permission";

/** The processes of an answer to `status`, or why there are none. By text: its exit codes do not tell. */
export function parseStatus(stdout: string): Process[] | Silence {
  if (/no such (process|group)\)/.test(stdout)) return "no such process";
  if (/no such file|refused connection|FileNotFoundError/.test(stdout)) return "not answering";
  if (/PermissionError|Permission denied/.test(stdout)) return "no permission";
  return stdout.split("\n").flatMap((line) => {
    const [, name, state, description = ""] =
      /^(\S+)\s+(STOPPED|STARTING|RUNNING|BACKOFF|STOPPING|EXITED|FATAL|UNKNOWN)\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pid = /^pid (\d+)/.exec(description)?.[1];
    return [
      { name, state: state as Process["state"], ...(pid === undefined ? {} : { pid: Number(pid) }), description },
    ];
  });
}

/** Proves a candidate conf by supervisord's own parser, in place of the installed one. */
export const parsesWith = (candidate: string, installed: string): Command => ({
  ...script(
    'py=$(sed -n "1s/^#! *//p" "$(command -v supervisord)"); exec $py -c "$1" "$2" "$3"',
    validateProgram,
    candidate,
    installed,
  ),
  what: "prove the conf with supervisord's parser",
  timeout: 60,
});
