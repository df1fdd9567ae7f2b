import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether this process may make accounts that only it sees. */
export const mayMakeAccounts = process.getuid?.() === 0;

export const password = `it's "hunter2" $HOME \\ ł`;

const made: string[] = [];
export const removeAccounts = (): void => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
};

/**
 * The words that run a command line as `deploy`, an account of a mount namespace of its own: nothing of this machine
 * changes. Its login shell, the lines of sudoers and the mounts are given; all programs are the real ones.
 */
export function account(options: { shell?: string; sudoers?: string; rc?: string; noexec?: boolean } = {}): string[] {
  const { shell = "/bin/sh", sudoers = "deploy ALL=(ALL) ALL", rc = "", noexec = false } = options;
  const directory = mkdtempSync(join(tmpdir(), "account-"));
  made.push(directory);
  chmodSync(directory, 0o755);
  const home = join(directory, "home");
  execFileSync("install", ["-d", "-o", "4711", "-m", "755", home, join(home, ".config/fish")]);
  for (const name of [".bashrc", ".zshenv", ".cshrc", ".config/fish/config.fish"]) writeFileSync(join(home, name), rc);
  for (const name of ["passwd", "shadow", "group"]) copyFileSync(`/etc/${name}`, join(directory, name));
  appendFileSync(join(directory, "passwd"), `deploy:x:4711:4711::${home}:${shell}\n`);
  appendFileSync(join(directory, "group"), "deploy:x:4711:\n");
  const hash = execFileSync("openssl", ["passwd", "-6", "-stdin"], { input: password, encoding: "utf8" }).trim();
  appendFileSync(join(directory, "shadow"), `deploy:${hash}:19000:0:99999:7:::\n`);
  writeFileSync(join(directory, "sudoers"), `root ALL=(ALL) ALL\n${sudoers}\n`);
  chmodSync(join(directory, "sudoers"), 0o440);
  const mounts = ["passwd", "shadow", "group", "sudoers"].map(
    (name) => `mount --bind ${directory}/${name} /etc/${name}`,
  );
  if (noexec) mounts.push("mount -t tmpfs -o noexec,mode=1777 none /tmp");
  const file = join(directory, "login.sh");
  writeFileSync(
    file,
    `${mounts.join("\n")}
cd ${home} 2>/dev/null || cd /
export HOME=${home} USER=deploy
exec setpriv --reuid 4711 --regid 4711 --clear-groups -- ${shell} -c "$1"
`,
  );
  return ["unshare", "--mount", "sh", file];
}
