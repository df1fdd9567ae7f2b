import { type Command, type Result, render } from "../commands/shell";

/** A command that ran, or may have run, and did not end well: cause, command, host, then what it printed. */
export class CommandError extends Error {
  constructor(
    readonly host: string,
    readonly command: Command,
    override readonly cause: string,
    readonly result: Partial<Result> = {},
  ) {
    const said = [result.stderr, result.stdout].map(lastLines).filter((text) => text !== "");
    super([`${host}: ${command.what ?? shorten(render(command))}: ${cause}`, ...said].join("\n"));
    this.name = "CommandError";
  }
}

/** No connection: nothing has run. */
export class ConnectError extends Error {
  constructor(
    readonly host: string,
    override readonly cause: string,
    advice?: string,
    /** The host, or what is on the way to it, did not take the connection just now: a later try may go well. */
    readonly mayPass = false,
  ) {
    super(`${host}: can't connect: ${cause}${advice === undefined ? "" : `\n  ${advice}`}`);
    this.name = "ConnectError";
  }
}

/** How a result reads: `exit code 2`, `ended by TERM`. */
export const causeOf = ({ exitCode, signal }: Result): string =>
  signal === undefined ? `exit code ${exitCode ?? "unknown"}` : `ended by ${signal}`;

function lastLines(text = "", count = 40): string {
  const lines = text.trimEnd().split(/\r?\n|\r/);
  return lines.slice(-count).join("\n").trimEnd();
}

const shorten = (line: string): string => {
  const flat = line.replaceAll("\n", " ⏎ ");
  return flat.length > 200 ? `${flat.slice(0, 197)}...` : flat;
};
