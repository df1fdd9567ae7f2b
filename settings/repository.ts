import { posix } from "node:path";
import { z } from "zod";
import { isMap, type Problem } from "./problems";
import { inRepository, yesOrNo } from "./values";

/** How the hosts get at the repository, and what of it they are given. */
export const repositoryFields = {
  deployKey: z
    .string({ error: "should be the text of a private key" })
    .regex(/-----BEGIN [^-]*PRIVATE KEY-----/, "should be the text of a private key")
    .refine((key) => !isEncrypted(key), "should be a key without passphrase: nobody is there to be asked")
    .optional()
    .describe("Private key for a repository by ssh; a secret. Stays on the hosts for root alone."),
  token: z
    .string({ error: "should be a text" })
    .regex(/^[^\s\0]+$/, "should be one word")
    .optional()
    .describe("Token or password for a repository by https; a secret. Stays on the hosts for root alone."),
  tokenUser: z
    .string({ error: "should be the name of a user" })
    .regex(/^[^\s\0]+$/, "should be one word")
    .optional()
    .describe("User name that goes with the token. Default x-access-token."),
  forwardAgent: yesOrNo
    .optional()
    .describe("The hosts fetch with the SSH agent of the machine that runs pulumi; no key is on them. Default false."),
  repositoryHostKey: z
    .string({ error: 'should read "ssh-ed25519 AAAA…"' })
    .regex(/^(ssh-|ecdsa-|sk-)[\w@.-]+ [A-Za-z0-9+/]+=*( .*)?$/, 'should read "ssh-ed25519 AAAA…"')
    .optional()
    .describe("Public key of the git server; no other is accepted. Default: root's known_hosts on the hosts."),
  submodules: yesOrNo.optional().describe("Submodules are checked out too, in one another as well. Default false."),
  lfs: yesOrNo.optional().describe("Files of git LFS are brought; needs git-lfs on the hosts. Default false."),
  subdirectory: inRepository("services/api")
    .regex(/^[^/].*[^/]$|^[^/]$/, "should be a path in the repository, as in services/api")
    .optional()
    .describe("Where the app is in the repository: all its paths are below it. Default: the top."),
};

/** An OpenSSH key names its cipher, "none" or another; PEM says it in words. */
function isEncrypted(key: string): boolean {
  if (/ENCRYPTED/.test(key)) return true;
  const body = Buffer.from(key.replace(/-----[^-]+-----/g, "").replace(/\s/g, ""), "base64");
  const magic = "openssh-key-v1\0";
  if (body.subarray(0, magic.length).toString("latin1") !== magic) return false;
  const length = body.length >= magic.length + 4 ? body.readUInt32BE(magic.length) : 0;
  return body.subarray(magic.length + 4, magic.length + 4 + length).toString("latin1") !== "none";
}

/** What of these has to fit together, and to the URL. */
export function repositoryProblems(name: string, given: Record<string, unknown>): Problem[] {
  const { repository } = given;
  if (typeof repository !== "string") return [];
  const has = (key: string) => given[key] !== undefined && given[key] !== false;
  const problems: Problem[] = [];
  const problem = (key: string, message: string) => problems.push({ path: `apps.${name}.${key}`, message });
  const isSsh = /^ssh:\/\/|^[\w.-]+@[\w.-]+:/.test(repository);
  for (const key of ["deployKey", "forwardAgent", "repositoryHostKey"])
    if (has(key) && !isSsh) problem(key, "should go with a repository by ssh, as in git@example.org:team/app.git");
  if (has("deployKey") && has("forwardAgent")) problem("forwardAgent", "should not be set beside deployKey");
  // On its way to the same host a token meets nobody.
  if (has("token") && !/^https:\/\/|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(repository))
    problem("token", "should go with a repository by https, where nobody on the way reads it");
  if (has("tokenUser") && !has("token")) problem("tokenUser", "should go with token");
  return problems;
}

interface Paths {
  subdirectory?: string | undefined;
  conf?: string | undefined;
  alias: boolean | string;
  dependencies: { files?: string[] | undefined; wheelhouse?: string | undefined };
}

/** With the paths that are read in the repository as they are there: from its top. */
export function located<T extends Paths>(app: T): T {
  const { subdirectory, conf, alias, dependencies } = app;
  const { files, wheelhouse } = dependencies ?? {};
  if (subdirectory === undefined || !isMap(dependencies)) return app;
  const below = (path: string) => posix.join(subdirectory, path);
  return {
    ...app,
    subdirectory: posix.normalize(subdirectory),
    ...(conf === undefined ? {} : { conf: below(conf) }),
    alias: typeof alias === "string" ? below(alias) : alias,
    dependencies: {
      ...dependencies,
      ...(files === undefined ? {} : { files: files.map(below) }),
      ...(wheelhouse === undefined || wheelhouse.startsWith("/") ? {} : { wheelhouse: below(wheelhouse) }),
    },
  };
}
