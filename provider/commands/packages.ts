import { enabler, teller } from "../../conf/activation/index";
import { includedBy } from "../../conf/supervisord";
import { bySupervisord } from "./daemon";
import { type Command, type Fact, type Reader, script } from "./shell";
import { readSupervisorctl, type Trouble } from "./supervisorctl";

/** What a host has of the software that we stand on. */
export interface Software {
  /** Which of the asked packages are installed. */
  installed: string[];
  /** supervisord answers on its socket. */
  answering: boolean;
  /** Why it does not. */
  trouble?: Trouble;
  /** Version of supervisord, e.g. `4.2.5`. */
  supervisor?: string;
  /** Version of python3, e.g. `3.11.2`. */
  python?: string;
  /** Its main conf. */
  mainConf?: string;
  /** What people type on the host in place of `supervisorctl`, as shell. */
  supervisorctl?: string;
  /** Where a program's conf goes, from the `[include]` of supervisord's own configuration. */
  confDirectory?: string;
  /** What its name must end in, e.g. `.conf`. */
  confSuffix?: string;
}

// Where there is no python3 the line of its version is missing.
const look = `
command -v dpkg-query >/dev/null || { echo "this is no Debian or Ubuntu: dpkg-query is not there" >&2; exit 3; }
dpkg-query -W -f '\${db:Status-Status} \${Package}\\n' "$@" 2>/dev/null
python3 -V 2>/dev/null || :`;

/** How supervisord is on the host, as tell.py says it; null where there is none. */
interface Supervisord {
  script: string;
  conf: string | null;
  supervisorctl: string;
  patterns?: string[];
  /** Its version, or why it does not answer, in the words of supervisorctl. */
  said?: string;
  trouble?: Trouble;
  /** It runs on, but its files were taken away. */
  gone?: boolean;
}

const debian = (packages: readonly string[]): Fact<Pick<Software, "installed" | "python">> => ({
  command: { ...script(look, ...packages), what: "look at packages" },
  parse: ({ stdout }) => {
    const found = (line: RegExp) => [...stdout.matchAll(line)].map(([, name = ""]) => name);
    const [python] = found(/^Python (.+)$/gm);
    return { installed: found(/^installed (.+)$/gm), ...(python === undefined ? {} : { python }) };
  },
});

/** Without a python3 there is none. */
const supervisord: Fact<Supervisord | null> = {
  command: { ...bySupervisord(teller), what: "look at supervisord", ok: [0, 127] },
  parse: ({ stdout }) => JSON.parse(stdout || "null"),
};

export async function software(reader: Reader, packages: readonly string[]): Promise<Software> {
  const [{ installed, ...rest }, told] = await Promise.all([reader.read(debian(packages)), reader.read(supervisord)]);
  // One that came another way: Debian's beside it would be a second supervisord.
  const isOther = told !== null && !told.gone && packages.includes("supervisor") && !installed.includes("supervisor");
  return {
    installed: [...installed, ...(isOther ? ["supervisor"] : [])].sort(),
    ...rest,
    ...(told === null ? { answering: false, trouble: "not installed" } : readSupervisord(told)),
  };
}

function readSupervisord({ conf, supervisorctl, patterns = [], said = "", trouble }: Supervisord) {
  const told = readSupervisorctl({ exitCode: 0, stdout: said, stderr: "" });
  const include = includedBy(patterns);
  return {
    answering: told.version !== undefined,
    ...(told.version === undefined ? { trouble: trouble ?? told.trouble ?? "unknown" } : { supervisor: told.version }),
    ...(conf === null ? {} : { mainConf: conf }),
    supervisorctl,
    ...(include === undefined ? {} : { confDirectory: include.directory, confSuffix: include.suffix }),
  } as const;
}

/** Starts supervisord, as it ran before, and where the host's init can at each boot; waits until it answers. */
export const enableSupervisord: Command = {
  ...bySupervisord(enabler),
  what: "start supervisord",
  timeout: 60,
};

/** Fails, with what to do: nothing that we could put anywhere would ever be read. */
export const includesNothing = ({ mainConf }: Pick<Software, "mainConf">): Command => ({
  ...script(
    'printf "%s\\n" "$1" >&2; exit 1',
    `supervisord takes programs from no directory: ${mainConf ?? "its main conf"} needs e.g. \`files = /etc/supervisord.d/*.ini\` under [include], then \`supervisorctl reread\``,
  ),
  what: "find where supervisord takes programs from",
});
