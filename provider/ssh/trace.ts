import { appendFileSync } from "node:fs";

/** With SUPERVISED_TRACE=FILE: a JSON line for each connection, each program sent, and its end. Never standard input. */
export function trace(host: string, kind: "connect" | "read" | "run" | "ended", command = ""): void {
  const file = process.env.SUPERVISED_TRACE;
  if (!file) return;
  const line = { at: new Date().toISOString(), pid: process.pid, host, kind, command: command.slice(0, 200) };
  appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}
