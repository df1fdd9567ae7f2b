import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import SSHConfig, { glob, LineType } from "ssh-config";

/** What ssh_config says of a host. Keywords in lower case; the first that is said counts, but key files add up. */
export interface SshConfig {
  values: ReadonlyMap<string, readonly string[]>;
  /** Files that hold a Match, which is not read. */
  unread: readonly string[];
}

/** The files that ssh itself reads. */
export const sshConfigFiles = (): string[] => [join(homedir(), ".ssh", "config"), "/etc/ssh/ssh_config"];

/** Throws where a file is there and can't be read or parsed. */
export function readSshConfig(files: readonly string[], host: string): SshConfig {
  const reading = new Reading(host);
  for (const file of files) reading.file(file, dirname(file), 0);
  return reading;
}

/** `~/` is the home; other relative paths start in the folder `from`. */
export const expandHome = (path: string, from = process.cwd()): string => {
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : join(from, path);
};

class Reading implements SshConfig {
  readonly values = new Map<string, string[]>();
  readonly unread: string[] = [];

  constructor(readonly host: string) {}

  file(path: string, folder: string, depth: number): void {
    if (!existsSync(path)) return;
    // ssh's own limit.
    if (depth > 16) throw new Error(`${path}: Include goes in circles`);
    try {
      this.#lines(SSHConfig.parse(readFileSync(path, "utf8")), path, folder, depth);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(message.startsWith("/") ? message : `${path} can't be read: ${message}`);
    }
  }

  // The library's own compute would run the commands of Match and of canonicalization; it also knows no Include.
  #lines(lines: SSHConfig, path: string, folder: string, depth: number): void {
    for (const line of lines) {
      if (line.type !== LineType.DIRECTIVE) continue;
      const keyword = line.param.toLowerCase();
      const words = wordsOf(line.value);
      if (keyword === "match") this.unread.push(path);
      else if (keyword === "host") {
        if ("config" in line && glob(words, this.host)) this.#lines(line.config, path, folder, depth);
      } else if (keyword === "include") {
        for (const pattern of words)
          for (const included of filesLike(expandHome(pattern, folder))) this.file(included, folder, depth + 1);
      } else if (keyword === "identityfile") this.values.set(keyword, [...(this.values.get(keyword) ?? []), ...words]);
      else if (!this.values.has(keyword)) this.values.set(keyword, words);
    }
  }
}

const wordsOf = (value: string | readonly { val: string }[]): string[] =>
  typeof value === "string" ? [value] : value.map(({ val }) => val);

/** The files of a pattern, as `conf.d/*`; wildcards stand in names of files and folders. */
function filesLike(pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return [pattern];
  return foldersLike(dirname(pattern)).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => !name.startsWith(".") && glob([basename(pattern)], name))
      .sort()
      .map((name) => join(folder, name)),
  );
}

const foldersLike = (pattern: string): string[] => filesLike(pattern).filter((folder) => existsSync(folder));
