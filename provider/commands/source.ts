/** Where an app comes from, as the plugin and the programs on a host say it. */

/** How a host gets at a private repository. */
export interface Access {
  /** Text of a private key, for a repository by ssh. */
  deployKey?: string;
  /** A token, for a repository by https. */
  token?: string;
  /** The name that goes with the token. @default "x-access-token" */
  tokenUser?: string;
  /** Public key of the git server: no other is accepted. @default root's known_hosts on the host */
  repositoryHostKey?: string;
  /** The SSH agent of the machine that runs pulumi is used on the host. */
  forwardAgent?: boolean;
}

/** What of a commit is brought besides its own files. */
export interface Extras {
  submodules?: boolean;
  lfs?: boolean;
}

/** What the settings say of an app's dependencies, without the index. */
export interface Dependencies {
  /** @default the one that the repository has files of */
  manager?: string;
  /** Requirements files; what they include comes with them. @default requirements.txt, with pip */
  files?: string[];
  /** Interpreter on the host, by path, name or version. */
  python: string;
  /** @default pip, and uv with the manager uv */
  installer?: string;
  extras: string[];
  groups: string[];
  /** A directory of the host, or a path in the repository. */
  wheelhouse?: string;
  managedPython: boolean;
}

/** What is asked of a ref. */
export interface Question {
  /** root's bare clone. */
  cache: string;
  repository: string;
  /** Branch, tag or commit. */
  ref: string;
  /** The checkout whose HEAD is the commit before. */
  path: string;
  dependencies: Dependencies;
  /** Path of the repository's own conf, from its top. */
  conf?: string;
  /** Path of the repository's own alias, from its top. */
  alias?: string;
  /** Where the app is in the repository; told where the commit has no such directory. @default the top */
  subdirectory?: string;
  /** How root gets at the repository. @default as root's git does by itself */
  access?: Access;
}
