import { installer, programs, version } from "../../conf/activation/index";
import { bySupervisord } from "./daemon";
import { type Command, Secret } from "./shell";
import type { Access, Dependencies, Extras } from "./source";

export interface Health {
  url: string;
  status: number;
  text?: string;
  timeout: number;
}

/** What the running app stands on; an activation takes the place of the same names of another one. */
export interface Installed {
  app: string;
  group: string;
  conf_path: string;
  alias_path: string | null;
  command_path: string | null;
  /** The file that the program has its environment from. */
  environment_path: string | null;
  /** Where the shared files are; null where the app shares none. */
  shared_path: string | null;
  venv_link: string;
}

/** What is shared between the releases, and linked into the checkout. */
export interface Shared {
  /** Where it is on the host. */
  path: string;
  /** Account that owns it. */
  user: string;
  /** Made where they are missing. */
  directories: string[];
  files: string[];
  /** Files without which nothing is activated. */
  required: string[];
  /** It goes when the app is removed. */
  delete: boolean;
}

/** What the on-host update makes a release from. */
export interface UpdateSource extends Extras {
  cache: string;
  repository: string;
  ref: string;
  dependencies: Dependencies;
  conf?: string;
  alias?: string;
  venvs: string;
  user: string;
  home: string;
  keep: number;
  indexUrl?: string;
  /** Where the app is in the repository. */
  subdirectory?: string;
  /** How root gets at the repository: kept on the host, for root alone, so that the update by hand can fetch. */
  access?: Access;
}

/** What the app wants done between its new code and its start: as its user, with its environment active. */
export interface Hook {
  name: string;
  /** A line of POSIX shell, in the checkout. */
  command: string;
  /** Seconds until it is ended and counts as failed. */
  timeout: number;
}

/** A prepared release, as the programs on the host read it. */
export interface Job extends Installed {
  id: string;
  checkout: string;
  commit: string;
  venv: string;
  conf: string;
  conf_mode: number;
  /** Names the text of the conf without its secrets. */
  conf_key: string;
  alias: string | null;
  alias_mode: number;
  command: string | null;
  command_mode: number;
  start: boolean;
  startsecs: number;
  stopwaitsecs: number;
  /** Seconds beyond startsecs in which it must not die. */
  margin: number;
  health: Health | null;
  hooks: Hook[];
  /** Environment of the hooks. */
  environment: Record<string, string>;
  /** The file with the environment of the program; `values` are what a shell has to read from it. */
  environment_file: { path: string; owner: string; text: string; values: Record<string, string> } | null;
  shared: Shared | null;
  /** Local work in the checkout is kept aside and replaced, instead of a refusal. */
  overwrite_local_changes: boolean;
  owner: Owner;
  who: string;
  /** Seconds to wait for another update. */
  wait: number;
  previous: Installed | null;
  source: UpdateSource;
}

/** Whose the release is: only this resource may take it away. */
export interface Owner {
  /** `project/stack` */
  stack: string;
  id: string;
}

/** How an activation ended. */
export interface Outcome {
  outcome: "done" | "rolled-back" | "refused" | "stuck" | "unknown";
  step?: string;
  cause?: string;
  log?: string[];
  missing?: string[];
  unhealthy?: string;
  supervisord?: "down";
  /** How many processes were restarted one by one; absent where all stopped together. */
  one_by_one?: number;
  /** Milliseconds in which the app did not serve. */
  pause?: number | null;
  before?: string | null;
}

/** Names a release by what can be wrong with it; seen in `ps`, so the conf counts without its secrets. */
export const releaseKey = ({ commit, venv, conf_key }: Pick<Job, "commit" | "venv" | "conf_key">): string =>
  [commit, venv.replace(/.*\//, ""), conf_key].join(":");

/** Brings programs and job, and starts the activation; ends when that has ended. */
export const start = (job: Job, patience: number): Command => ({
  ...bySupervisord(installer),
  stdin: new Secret(JSON.stringify({ app: job.app, version, files: programs, job, words: ["start", job.app, job.id] })),
  what: `activate ${job.app} ${job.commit.slice(0, 7)}`,
  ok: [0, 75],
  timeout: patience,
});

/** Follows an activation from the beginning, whether it runs or has ended; exit code 3: it never started. */
export const follow = (app: string, id: string, patience: number): Command => ({
  ...bySupervisord(
    "import os, sys; os.execv(sys.executable, [sys.executable, '-B'] + sys.argv[1:])",
    `/var/lib/supervised/${app}/programs/${version}`,
    "follow",
    app,
    id,
  ),
  what: `follow the activation of ${app}`,
  ok: [0, 1, 2, 3],
  timeout: patience,
});

/** Brings the release before, as `<app> rollback` does by hand. */
export const goBack = (app: string, wait: number): Command => ({
  words: ["sh", `/var/lib/supervised/${app}/rollback`, "--yes", "--wait", String(wait)],
  what: `take ${app} back to the release before`,
  timeout: wait + 600,
});

export interface Removal extends Installed {
  shared: Shared | null;
  owner: Owner;
  who: string;
  wait: number;
  stopwaitsecs: number;
}

/** What the host is told of a release that is as it should be, without touching what runs. */
export interface Note {
  app: string;
  owner: Owner;
  who: string;
  wait: number;
  /** Fields of the recorded job that the next on-host update goes by. */
  job: Partial<Job>;
}

const handOver = (word: "remove" | "note", asked: Removal | Note): Command => ({
  ...bySupervisord(installer),
  stdin: new Secret(JSON.stringify({ app: asked.app, version, files: programs, words: [word, asked.app], asked })),
  timeout: asked.wait + 600,
});

/** Takes the app's program off the host, if this owner still has it. */
export const remove = (asked: Removal): Command => ({ ...handOver("remove", asked), what: `remove ${asked.app}` });

/** Notes another owner, ref or health check of a release that stays as it is. */
export const note = (asked: Note): Command => ({ ...handOver("note", asked), what: `note settings of ${asked.app}` });
