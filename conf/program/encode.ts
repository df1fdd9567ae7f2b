import { space } from "./space";

/** Expands to nothing, and is something to the parser: so it may stand between what must not touch. */
const nothing = "%(program_name).0s";

/** Of a file with `%` doubled: what the parser would take for more than text. */
function guarded(text: string): string {
  return (
    text
      // supervisor replaces this one itself, and does not see that its percent sign is doubled.
      .replaceAll("%(here)s", `%(${nothing}here)s`)
      .split("\n")
      // White space before one of these begins a comment, even inside quotes.
      .map((line) => line.replace(new RegExp(`([${space}])(?=[;#])`, "gu"), `$1${nothing}`))
      .join("\n")
  );
}

/** The lines of a value: an indented line goes on with the one before, and loses what white space it begins and ends with. */
const continued = (text: string): string => {
  const lines = text.split("\n");
  const edge = new RegExp(`^(?=[${space};#]|$)`, "u");
  const end = new RegExp(`(?<=[${space}])$`, "u");
  return lines
    .map((line, i) => (i === 0 ? line : ` ${line.replace(edge, nothing)}`))
    .map((line, i) => (i === lines.length - 1 ? line : line.replace(end, nothing)))
    .join("\n");
};

/** Characters that a line of a conf, a message of supervisord or a process can't have. */
function unwritable(text: string): string | undefined {
  if (text.includes("\0")) return "has a NUL character";
  if (text.includes("\r")) return "has a carriage return";
  // Half of a character: UTF-8 has no bytes for it.
  if (/\p{Surrogate}/u.test(text)) return "has a character that is no Unicode";
  return undefined;
}

/** What a user may write on purpose: `%(process_num)02d` and its like. */
const expansion =
  /(%\((?:program_name|group_name|host_node_name|ENV_\w+)\)\d{0,2}s|%\((?:process_num|numprocs)\)0?\d{0,2}[sd])/;

/** supervisor expands these twice, so a percent sign is written four times. */
const twice = new Set(["stdout_logfile", "stderr_logfile"]);

/** A value of an option as it stands behind `name=`. */
export function encodeOption(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  if (typeof value !== "string") return String(value);
  const refuse = (why: string) => new Error(`program.${name}: ${why}`);
  if (value.includes("\n")) throw refuse("should be one line");
  const why = unwritable(value);
  if (why !== undefined) throw refuse(why);
  // XML, in which supervisord tells its options, has none of these; one of them breaks `supervisorctl avail`.
  if (/(?!\t)[\p{Cc}\ufffe\uffff]/u.test(value)) throw refuse("has a control character");
  if (new RegExp(`^[${space}]|[${space}]$`).test(value)) throw refuse("should not begin or end with a space");
  const percent = twice.has(name) ? "%%%%" : "%%";
  const parts = value.split(expansion);
  return guarded(parts.map((part, i) => (i % 2 === 0 ? part.replaceAll("%", percent) : part)).join(""));
}

/**
 * A value as it stands behind `NAME=` in `environment=`, with its quotes. Up to 4.3 there is no escape, and 4.4 takes a
 * backslash in double quotes for one: so single quotes wherever there is a backslash or a double quote.
 */
export function encodeEnvironmentValue(value: string, name = "value"): string {
  const refuse = (why: string) => new Error(`environment.${name}: ${why}, which supervisor's environment= can't hold`);
  const why = unwritable(value);
  if (why !== undefined) throw refuse(why);
  if (value.includes('"') && value.includes("'")) throw refuse("has both kinds of quotes");
  if (/^["']|["']$/.test(value)) throw refuse("begins or ends with a quote");
  const quote = /["\\]/.test(value) ? "'" : '"';
  if (quote === "'" && value.includes("'")) throw refuse("has a backslash and a single quote");
  return continued(guarded(`${quote}${value.replaceAll("%", "%%")}${quote}`));
}
