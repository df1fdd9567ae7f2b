import { inheritProblem } from "./inherits";
import type { Finding } from "./lintFile";
import { bytesOf, largest } from "./options";
import { isShared, isUnseekable, logHint, shared, shellSign } from "./relations";
import type { Option } from "./sections";
import { startsProcesses } from "./servers";
import { isTrue, numberOf } from "./values";
import { splitWords } from "./words";

/** What is wrong with the options of the program together. */
export function lintProgram(
  options: ReadonlyMap<string, Option>,
  sectionLine: number,
  { isFcgi, start }: { isFcgi: boolean; start: boolean },
): Finding[] {
  const findings: Finding[] = [];
  const value = (key: string) => options.get(key)?.value;
  const find = (level: Finding["level"], key: string, message: string) =>
    findings.push({ level, line: options.get(key)?.line ?? sectionLine, message });
  const words = splitWords(value("command") ?? "") ?? [];

  if (value("command") === undefined) find("error", "command", "has no command");
  if (isFcgi && !value("socket")) find("error", "socket", "has no socket");
  const unserved = inheritProblem(value("command") ?? "", isFcgi ? value("socket") : undefined);
  if (unserved !== undefined) find("error", "command", `command ${unserved}`);
  for (const key of ["socket_owner", "socket_mode"])
    if (isFcgi && value(key) !== undefined && !value("socket")?.startsWith("unix:"))
      find("error", key, `${key} should go with a unix socket: supervisor refuses it for another`);
  if (value("user") === undefined) find("warning", "user", "has no user: the program would run as root");
  if (!start && !/^(no|false|off|0)$/i.test(value("autostart") ?? "true"))
    find("error", "autostart", "should have autostart=false, as the settings say `start: false`");

  if (isTrue(value("stopasgroup")) && /^(no|false|off|0)$/i.test(value("killasgroup") ?? "true"))
    find("error", "killasgroup", "killasgroup should not be false with stopasgroup: supervisor refuses that");
  const parent = startsProcesses(words);
  if (parent !== undefined && !isTrue(value("stopasgroup")))
    find("warning", "command", `has no stopasgroup=true: ${parent} starts processes that would survive a stop`);

  const numprocs = numberOf(value("numprocs"), 1);
  if (numprocs < 1) find("error", "numprocs", `numprocs=${numprocs} is no process at all, and no error to supervisor`);
  if (numprocs > 1 && !value("process_name")?.includes("%(process_num)"))
    find("error", "numprocs", "process_name should contain %(process_num)d with more than one process");
  if (/^(all|\*)?$/.test(value("process_name") ?? "name"))
    find(
      "error",
      "process_name",
      "process_name should not be empty, all or *: supervisorctl takes it for every process",
    );

  if (numberOf(value("startsecs"), 1) <= 0 && !/^(no|false|off|0)$/i.test(value("autorestart") ?? "unexpected"))
    find(
      isTrue(value("autorestart")) ? "error" : "warning",
      "startsecs",
      "startsecs should not be 0 while autorestart is on: a crash would be restarted without end",
    );
  for (const key of ["startsecs", "startretries", "stopwaitsecs", "stdout_logfile_backups", "stderr_logfile_backups"])
    if (numberOf(value(key), 0) < 0)
      find("warning", key, `${key} is negative, which supervisor takes and nobody means`);

  for (const [key, option] of options)
    if (bytesOf(option.value) > largest)
      find("warning", key, `${key} is more than ${largest}: supervisorctl avail fails for the whole host`);

  if (/^[A-Za-z_]\w*=/.test(words[0] ?? ""))
    find("error", "command", "command begins with a variable: there is no shell, put it into environment");
  if (/^~/.test(words[0] ?? "")) find("error", "command", "command begins with ~, which supervisor does not expand");
  if (value("directory")?.startsWith("~"))
    find("error", "directory", "directory begins with ~, which supervisor does not expand");
  for (const [key, path = ""] of [
    ["command", words[0]],
    ["directory", value("directory")],
  ] as const)
    if (key === "directory" ? /^[^/~%]/.test(path) : /^[^/~%].*\//.test(path) && !/^\w+=/.test(path))
      find("warning", key, `${key} is relative to the directory of supervisord, not to the checkout`);
  const sign = shellSign(words);
  if (sign !== undefined) find("warning", "command", `command has ${sign}, and no shell that would understand it`);

  for (const stream of ["stdout", "stderr"]) lintLog(stream, value, find);
  return findings;
}

function lintLog(
  stream: string,
  value: (key: string) => string | undefined,
  find: (level: Finding["level"], key: string, message: string) => void,
): void {
  const key = `${stream}_logfile`;
  const log = value(key) ?? "AUTO";
  const maxbytes = numberOf(value(`${key}_maxbytes`), 1);
  const hint = logHint(log);
  if (hint !== undefined) find("warning", key, `${key} ${hint}`);
  if (isShared(log, numberOf(value("numprocs"), 1), String(maxbytes))) find("warning", key, `${key} ${shared}`);
  if (isUnseekable(log) && maxbytes !== 0)
    find("error", key, `${key} should go with ${key}_maxbytes=0: what is there can't be rotated`);
  if (/^syslog$/i.test(log)) find("warning", key, `${key}=syslog is deprecated: write ${stream}_syslog=true`);
  if (/^auto$/i.test(log) && maxbytes === 0)
    find("warning", `${key}_maxbytes`, `${key}_maxbytes=0 lets a file grow without end in supervisord's own directory`);
  if (!/^(auto|none|off|syslog)$/i.test(log) && !/^[/~%]/.test(log))
    find("warning", key, `${key} is relative to the directory of supervisord`);
  if (stream === "stderr" && isTrue(value("redirect_stderr")) && !/^(auto|none|off)$/i.test(log))
    find("warning", key, "stderr_logfile is ignored with redirect_stderr=true");
}
