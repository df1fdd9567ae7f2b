import { type Command, type Fact, script } from "./shell";

export interface Account {
  uid: number;
  /** Owner of the app's home directory, absent while that is not there. */
  homeOwner?: string;
}

/** The account, undefined when there is none. */
export const account = (name: string, home: string): Fact<Account | undefined> => ({
  command: { ...script('getent passwd "$1" || exit 2; stat -c %U "$2" 2>/dev/null || :', name, home), ok: [0, 2] },
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 2) return undefined;
    const [line = "", homeOwner = ""] = stdout.trim().split("\n");
    return { uid: Number(line.split(":")[2]), ...(homeOwner === "" ? {} : { homeOwner }) };
  },
});

/** A system account that nobody logs in to. */
export const addUser = (name: string, home: string): Command => ({
  words: [
    "useradd",
    "--system",
    "--user-group",
    "--no-create-home",
    "--home-dir",
    home,
    "--shell",
    "/usr/sbin/nologin",
    name,
  ],
});

export const makeHome = (name: string, home: string): Command =>
  script(
    '{ [ -d "${2%/*}" ] || install -d -m 0711 "${2%/*}"; } && install -d -m 0700 -o "$1" -g "$(id -gn "$1")" "$2"',
    name,
    home,
  );
