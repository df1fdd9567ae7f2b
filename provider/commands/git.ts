import { bringer } from "../../conf/activation/index";
import { deliverer, resolver, modules as source } from "../../conf/resolve/index";
import { modules as environments } from "../../conf/venv/index";
import { type Command, type Fact, Secret, script } from "./shell";
import type { Access, Extras, Question } from "./source";

/** A question or an order to the programs of conf/resolve; both may hold a key, so it goes over standard input. */
const bySource = (program: string, asked: { access?: Access }): Command => ({
  words: ["python3", "-B", "-c", `${bringer}\n${program}`, JSON.stringify({ ...environments, ...source })],
  stdin: new Secret(JSON.stringify(asked)),
  ...(asked.access?.forwardAgent ? { forwardAgent: true } : {}),
});

/** What is at the path of a checkout. */
export type Checkout =
  | {
      kind: "checkout";
      /** Why nothing but `active` can be told of it: no git, or an owner that is no account any more. */
      untold?: string;
      owner: string;
      repository: string;
      hasCommit: boolean;
      ours: boolean;
      active: boolean;
      /** What of the commit was brought besides its files. */
      brought: (keyof Extras)[];
    }
  | { kind: "other"; what: string };

/** git as the account that owns the checkout: root's git would run that account's filters and hooks. */
const asOwner = `
owner=$(stat -c %U "$p/.git")
home=$(getent passwd "$owner" | cut -d: -f6)
as() { runuser -u "$owner" -- env HOME="$home" GIT_TERMINAL_PROMPT=0 GIT_SSH_COMMAND="ssh -o BatchMode=yes" "$@"; }
g() { as git -c gc.auto=0 --no-optional-locks -C "$p" "$@"; }`;

const look = `p=$1
if [ ! -e "$p" ]; then echo absent; exit; fi
if [ ! -d "$p" ]; then echo "other a file"; exit; fi
if [ ! -e "$p/.git" ]; then
  if [ -z "$(ls -A "$p")" ]; then echo absent; else echo "other a directory with files, and no git checkout"; fi
  exit
fi${asOwner}
echo "owner $owner"
echo "active $([ -L "$3" ] && echo yes || echo no)"
[ "$owner" != UNKNOWN ] || { echo "untold its owner, $(stat -c %u "$p/.git"), has no account"; exit; }
command -v git >/dev/null || { echo "untold there is no git on the host"; exit; }
as sh -c 'p=$1; g() { git --no-optional-locks -C "$p" "$@"; }
g config --get-regexp "^(remote\\.origin\\.url|supervised\\.made)$"
echo "commit $(g cat-file -e "$2^{commit}" 2>/dev/null && echo yes || echo no)"
g for-each-ref --format="%(refname) %(objectname)" refs/supervised/brought' sh "$p" "$2"`;

/** `link`: to the active environment, where a release stands on the checkout. */
export const checkout = (path: string, commit: string, link: string): Fact<Checkout | undefined> => ({
  command: { ...script(look, path, commit, link), what: `look at the checkout ${path}` },
  parse: ({ stdout }) => {
    if (stdout.startsWith("absent")) return undefined;
    if (stdout.startsWith("other ")) return { kind: "other", what: stdout.slice(6).trim() };
    // As git has it: of several values the last one counts.
    const value = (key: string) => [...stdout.matchAll(new RegExp(`^${key} (.*)$`, "gm"))].at(-1)?.[1] ?? "";
    const untold = value("untold");
    return {
      kind: "checkout",
      ...(untold === "" ? {} : { untold }),
      owner: value("owner"),
      repository: value("remote.origin.url"),
      hasCommit: value("commit") === "yes",
      ours: value("supervised.made") === "yes",
      active: value("active") === "yes",
      brought: (["submodules", "lfs"] as const).filter((extra) => value(`refs/supervised/brought/${extra}`) === commit),
    };
  },
});

/** A checkout with nothing checked out yet: the first release fills it. */
export const initialize = (path: string, repository: string, user: string): Command => ({
  ...script(
    `set -e; p=$1
mkdir -p "\${p%/*}"; install -d -m 0755 -o "$3" -g "$(id -gn "$3")" "$p"
runuser -u "$3" -- git -c init.defaultBranch=supervised init -q "$p"${asOwner}
g config supervised.made yes; g remote add origin "$2"`,
    path,
    repository,
    user,
  ),
  what: `make the checkout ${path}`,
});

export const setRepository = (path: string, repository: string): Command => ({
  ...script(
    `set -e; p=$1${asOwner}\ng remote set-url origin "$2" 2>/dev/null || g remote add origin "$2"`,
    path,
    repository,
  ),
  what: `point ${path} to ${repository}`,
});

export const giveTo = (path: string, user: string): Command => ({
  ...script('chown -Rh "$2:$(id -gn "$2")" "$1"', path, user),
  what: `give ${path} to ${user}`,
});

export interface Delivery extends Extras {
  /** The bare clone on the host, root's. */
  cache: string;
  repository: string;
  path: string;
  commit: string;
  access?: Access;
}

/** Brings the objects of the commit, over root's clone; the working tree stays. */
export const fetch = (delivery: Delivery): Command => ({
  ...bySource(deliverer, delivery),
  what: `git fetch in ${delivery.path}`,
  timeout: 1800,
});

/** Takes away what git brought; files that it does not know (uploads, databases) stay, and then the directory too. */
export const removeCheckout = (path: string): Command => ({
  ...script(
    `set -e; p=$1${asOwner}
inner=$(g submodule --quiet foreach --recursive 'echo "$toplevel/$sm_path/.git"' 2>/dev/null || :)
g ls-files -z --recurse-submodules | (cd "$p" && xargs -0r rm -f 2>/dev/null || :)
echo "$inner" | while IFS= read -r file; do [ ! -f "$file" ] || rm -f "$file"; done
rm -rf "$p/.git"
find "$p" -name __pycache__ -type d -prune -exec rm -rf {} +
find "$p" -depth -type d -empty -delete`,
    path,
  ),
  what: `remove the checkout ${path}`,
});

/** Fetches into the cache and tells what the ref is: the program's JSON, or what is wrong in words. */
export const resolved = (asked: Question): Fact<Record<string, unknown> | string> => ({
  command: { ...bySource(resolver, asked), what: "fetch and resolve the ref", ok: [0, 1, 127], timeout: 600 },
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode === 127) return "python3 is not there any more: `pulumi up` without --refresh=false brings it";
    return exitCode === 0 ? (JSON.parse(stdout) as Record<string, unknown>) : stderr.trim();
  },
});
