import { bytesOf } from "../../../conf/program/options";
import { type Case, replaced } from "./arbitrary";

const signals: Record<string, number> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, USR1: 10, USR2: 12, TERM: 15 };

/** What supervisor must have understood of a program, with our defaults where nothing was asked. */
export function expected({ program, words }: Case, environment: Record<string, string>) {
  const { options } = program;
  const numprocs = options.numprocs ?? 1;
  const first = options.numprocs_start ?? 0;
  const redirect = options.redirect_stderr ?? true;
  const numbers = Array.from({ length: numprocs }, (_, i) => first + i);
  const { socket } = options;
  const directory = options.directory ?? program.checkout;
  return {
    name: "app",
    socket:
      socket === undefined
        ? null
        : {
            url: socket.replace("%(program_name)s", "app").replace("Example.org", "example.org"),
            backlog: options.socket_backlog ?? null,
            mode: socket.startsWith("unix:") ? Number.parseInt(options.socket_mode ?? "700", 8) : null,
          },
    processes: numbers.map((number) => {
      const text = (value: string) => replaced(value, program, number);
      const log = (value: string) => (value === "NONE" ? null : text(value));
      return {
        name: numprocs > 1 ? `app-${String(number).padStart(2, "0")}` : "app",
        uid: 0,
        argv: words.map(text),
        directory: text(directory.startsWith("/") ? directory : `${program.checkout}/${directory}`),
        umask: options.umask === undefined ? null : Number.parseInt(options.umask, 8),
        priority: options.priority ?? 999,
        autostart: options.autostart ?? program.start,
        autorestart: {
          true: "RestartUnconditionally",
          unexpected: "RestartWhenExitUnexpected",
          false: false,
        }[String(options.autorestart ?? true)],
        startsecs: options.startsecs ?? 1,
        startretries: options.startretries ?? 3,
        exitcodes: [options.exitcodes ?? 0].flat(),
        stopsignal: signals[(options.stopsignal ?? "TERM").toUpperCase().replace("SIG", "")],
        stopwaitsecs: options.stopwaitsecs ?? 10,
        stopasgroup: options.stopasgroup ?? true,
        killasgroup: options.killasgroup ?? options.stopasgroup ?? true,
        redirect_stderr: redirect,
        stdout_logfile: log(options.stdout_logfile ?? (numprocs > 1 ? "/tmp/app-%(process_num)02d.log" : program.log)),
        stdout_logfile_maxbytes: bytesOf(options.stdout_logfile_maxbytes ?? "50MB"),
        stdout_logfile_backups: options.stdout_logfile_backups ?? 10,
        stdout_capture_maxbytes: bytesOf(options.stdout_capture_maxbytes ?? 0),
        stdout_events_enabled: options.stdout_events_enabled ?? false,
        stdout_syslog: options.stdout_syslog ?? false,
        stderr_logfile: redirect ? null : log(options.stderr_logfile ?? "AUTO"),
        stderr_logfile_maxbytes: bytesOf(options.stderr_logfile_maxbytes ?? "50MB"),
        stderr_logfile_backups: options.stderr_logfile_backups ?? 10,
        stderr_capture_maxbytes: bytesOf(options.stderr_capture_maxbytes ?? 0),
        stderr_events_enabled: options.stderr_events_enabled ?? false,
        stderr_syslog: options.stderr_syslog ?? false,
        environment,
        serverurl: options.serverurl === "AUTO" ? null : (options.serverurl ?? null),
      };
    }),
  };
}
