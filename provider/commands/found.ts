import { looker } from "../../conf/activation/index";
import { bySupervisord } from "./daemon";
import type { Health, Installed, Owner, Shared } from "./release";
import { type Fact, type Reader, script } from "./shell";

/** What is there of a release. */
export interface Found {
  commit?: string | null;
  /** Files of git's that somebody changed. */
  changed?: string[];
  /** `hash subject` of commits that were made here and are nowhere else. */
  unpushed?: string[];
  venv: string | null;
  conf: string | null;
  alias: string | null;
  command: string | null;
  /** Text of the file with the environment, and a line more where others may read it. */
  environment?: string | null;
  /** How each shared file or directory is: conf/activation/links.py has the words. */
  shared?: Record<string, "linked" | "absent" | "new" | "adopt" | "both" | "elsewhere"> | null;
  /** States of the processes; null when supervisord does not answer. */
  states: string[] | null;
  /** "ok", or what is wrong; null when it was not asked. */
  health: string | null;
  owner: Owner | null;
  open: string | null;
  /** How this very release failed here before, by its own fault. */
  failed?: { at: string; step: string; cause: string } | null;
}

export interface Asked extends Installed {
  checkout: string;
  environment_owner: string;
  shared: Shared | null;
  health: Health | null;
  /** As `releaseKey` makes it. */
  key: string;
}

/** A bare host, e.g. one that was made anew, has no Python to answer with, and nothing to tell. */
export async function look(reader: Reader, asked: Asked): Promise<Found> {
  const found = await reader.read(told(asked));
  if (found === undefined && (await reader.read(isThere(asked))))
    throw new Error(`${reader.name}: no python3 is left to look at ${asked.app} with: install it there`);
  return found ?? nothing;
}

/** undefined where the host has no Python. */
const told = (asked: Asked): Fact<Found | undefined> => ({
  command: {
    ...bySupervisord(looker, JSON.stringify(asked)),
    what: `look at the release of ${asked.app}`,
    ok: [0, 127],
  },
  parse: ({ exitCode, stdout }) => (exitCode === 127 ? undefined : (JSON.parse(stdout) as Found)),
});

const isThere = ({ app, conf_path }: Asked): Fact<boolean> => ({
  command: {
    ...script('[ -e "$1" ] || [ -e "$2" ]', conf_path, `/var/lib/supervised/${app}/current.json`),
    what: `look for ${app}`,
    ok: [0, 1],
  },
  parse: ({ exitCode }) => exitCode === 0,
});

const nothing: Found = {
  venv: null,
  conf: null,
  alias: null,
  command: null,
  states: null,
  health: null,
  owner: null,
  open: null,
};
