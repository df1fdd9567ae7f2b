import { createHash } from "node:crypto";

/** Where things are on a host. The one place that spells these paths. */
export interface Layout {
  /** The checkout with the seed layout: `src/`, `server/`, `requirements.txt`. */
  checkout: string;
  /** Where the app is in it: what relative paths, `venv` and shared files are below. */
  root: string;
  /** A link to the active environment. */
  venvLink: string;
  /** Everything of ours about the app; 0711, what may hold secrets below it 0700. */
  state: string;
  /** Staged conf and alias of the next release; 0700. */
  next: string;
  /** One environment per digest; owned by the app's user. */
  venvs: string;
  /** The home and caches (pip) of the app's user. */
  home: string;
  /** The environment of the program, where it is in a file. */
  environment: string;
  /** Logs of the program. */
  log: string;
  /** The alias of the app; read by login shells. */
  alias: string;
}

export function layout(app: string, checkout = `/opt/${app}`, subdirectory?: string): Layout {
  const root = subdirectory === undefined ? checkout : `${checkout}/${subdirectory}`;
  const state = `/var/lib/supervised/${app}`;
  return {
    checkout,
    root,
    venvLink: `${root}/venv`,
    state,
    next: `${state}/next`,
    venvs: `${state}/venvs`,
    home: `${state}/home`,
    environment: `${state}/environment`,
    log: `/var/log/${app}.log`,
    alias: `/etc/profile.d/${app}.sh`,
  };
}

/** The bare clone that serves previews and every app of the same repository. */
export const repositoryCache = (url: string): string =>
  `/var/cache/supervised/${createHash("sha256").update(url).digest("hex").slice(0, 16)}.git`;
