import { type Command, type Fact, Secret, script } from "./shell";

/** What is at a path: a file, a link, or something that is neither. */
export type Entry =
  | { kind: "file"; mode: string; owner: string; group: string; content: string }
  | { kind: "link"; target: string }
  | { kind: "other"; what: string };

// A link is looked at itself, never through.
const look = `
if [ -L "$1" ]; then printf 'link %s' "$(readlink "$1")"
elif [ -f "$1" ]; then stat -c 'file %04a %U %G' "$1" && cat "$1"
elif [ -e "$1" ]; then stat -c 'other %F' "$1"
else echo absent; fi`;

/** What is at the path; undefined when nothing is. */
export const entry = (path: string): Fact<Entry | undefined> => ({
  command: script(look, path),
  parse: ({ stdout }) => {
    const [, kind, rest = ""] = /^(\w+) ?([\s\S]*)$/.exec(stdout) ?? [];
    if (kind === "link") return { kind, target: rest };
    if (kind === "other") return { kind, what: rest.trim() };
    if (kind !== "file") return undefined;
    const end = rest.indexOf("\n");
    const [mode = "", owner = "", group = ""] = rest.slice(0, end).split(" ");
    return { kind, mode, owner, group, content: rest.slice(end + 1) };
  },
});

export interface Place {
  path: string;
  mode: string;
  owner: string;
  group: string;
  /** Mode of the directory, where it has to be made. */
  directoryMode: string;
}

/** Beside its target and not matched by `*.conf` or `*.sh`. */
export const temporary = (path: string): string => path.replace(/([^/]+)$/, ".$1.new");

/** Puts the content beside its place; nothing reads it there. The content goes over stdin: it may hold secrets. */
export const stage = ({ path, mode, owner, group, directoryMode }: Place, content: string): Command => ({
  ...script(
    `set -e
above=$(dirname "$(dirname "$1")"); [ -d "$above" ] || install -d -m 0711 "$above"; umask 077; [ -d "\${1%/*}" ] || mkdir -m "$5" "\${1%/*}"
cat >"$1"; chown "$2:$3" "$1"; chmod "$4" "$1"; sync "$1"`,
    temporary(path),
    owner,
    group,
    mode,
    directoryMode,
  ),
  stdin: new Secret(content),
});

/** Moves what was staged into place, in one step, and makes it last. */
export const putInPlace = (path: string): Command => script('mv -T "$1" "$2" && sync "${2%/*}"', temporary(path), path);

export const placeLink = (path: string, target: string): Command =>
  script('mkdir -p "${3%/*}" && ln -sfn "$2" "$1" && mv -T "$1" "$3" && sync "${3%/*}"', temporary(path), target, path);

/** A directory of ours goes with its last file. */
export const remove = (path: string): Command =>
  script('rm -f "$1"; case $1 in /var/lib/supervised/*) rmdir "${1%/*}" 2>/dev/null;; esac; :', path);
