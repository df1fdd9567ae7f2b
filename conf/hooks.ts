export interface RemoteScriptArgs {
  /** A line of POSIX shell. */
  command: string;
  /** Seconds until it is ended. */
  timeout: number;
  /** The checkout, in which it runs. */
  path: string;
  /** The link to the active environment. */
  venv: string;
  /** Account that it runs as. */
  user: string;
  become: "no" | "sudo" | "sudo with a password";
}

/** For any login shell: so that also fish, which knows a backslash between quotes, takes it. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;

const word = (text: string): string => (/^[\w./:=@%+-]+$/.test(text) ? text : quote(text));

/** @pulumi/command may hang at a line of more than 64 KiB while it shows the output: longer ones are broken. */
const breakLines = [
  'while IFS= read -r line || [ -n "$line" ]',
  'do if [ "${#line}" -gt 16000 ]; then printf "%s\\n" "$line" | fold -b -w 16000; else printf "%s\\n" "$line"; fi',
  "done",
].join("; ");

/** Runs a program with both its outputs on standard output, no line of which is too long, and its own exit code. */
const shown = (program: string): string =>
  `exec 4>&1; code=$({ { ${program} 2>&1 4>&-; echo $? >&3; } | { ${breakLines}; } >&4; } 3>&1); exit "$code"`;

/** What runs a hook on the machine that runs pulumi. */
export const localScript = (command: string): string => shown(`sh -c ${word(command)} </dev/null`);

/**
 * What runs a hook on a host: as the app's user, in its checkout. The environment comes as lines of shell on standard
 * input, after the password where sudo asks for one.
 */
export function remoteScript({ command, timeout, path, venv, user, become }: RemoteScriptArgs): string {
  const program = `timeout -k 10 ${timeout} runuser -u ${word(user)} -- sh -c ${word(command)} </dev/null`;
  const script = `eval "$(cat)"; PATH=${word(`${venv}/bin`)}:$PATH; export PATH; cd ${word(path)} || exit; ${shown(program)}`;
  const sudo = { no: "", sudo: "sudo -n -H -- ", "sudo with a password": "sudo -S -p '' -H -- " }[become];
  return `exec ${sudo}sh -c ${word(script)}`;
}
