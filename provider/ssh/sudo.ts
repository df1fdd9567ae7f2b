/** What sudo asks with. Constant, so that it is known wherever it stands in what was printed. */
export const prompt = "[supervised] password:";

/** The line that becomes root and goes on with `line`, readable by every login shell. sudo's own words stay English. */
export const sudo = (line: string, withPassword: boolean): string =>
  `exec env LC_ALL=C sudo ${withPassword ? `-S -p '${prompt}'` : "-n"} -H -- ${line}`;

/** True where what was printed ends in a question for a password: ours, or that of a PAM module which words its own. */
export const asks = (printed: string): boolean => printed.endsWith(prompt) || /password[^\n:]*:\s*$/i.test(printed);

/** True where sudo ended because of the password. */
export const refuses = (printed: string): boolean => /incorrect password|Sorry, try again/.test(printed);

/** Why sudo did not go on, and what to do; undefined where that isn't what happened. */
export function explainSudo(printed: string, user: string): string | undefined {
  if (/must have a tty|no tty present/.test(printed) && !/password/.test(printed))
    return `sudo wants a terminal (requiretty), and there is none: put \`Defaults:${user} !requiretty\` into /etc/sudoers.d`;
  if (/password is required|terminal is required|no tty present/.test(printed))
    return `sudo asks for a password: set becomePassword, or allow ${user} \`NOPASSWD: ALL\``;
  if (/not in the sudoers file|not allowed to (execute|run)|may not run sudo/.test(printed))
    return `${user} may not become root by sudo: put \`${user} ALL=(ALL) ALL\` into /etc/sudoers.d`;
  if (/sudo\S*: (command not found|not found|No such file)|unknown command.*sudo/i.test(printed))
    return "there is no sudo on the host: install it, or connect as root";
  return undefined;
}
