import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** What of the programs that fetch can be tried without a git server. */
const programs = join(__dirname, "../../conf/resolve");
const run = <T>(program: string, input: unknown): T => {
  const head = `import json, os, sys\nsys.path.insert(0, ${JSON.stringify(programs)})\ninput = json.loads(sys.argv[1])\n`;
  return JSON.parse(
    execFileSync("python3", ["-B", "-c", head + program, JSON.stringify(input)], { encoding: "utf8" }),
  ) as T;
};

describe("the URL of a submodule", () => {
  it.each<[string, string, string]>([
    ["https://e.org/team/app.git", "https://o.org/lib.git", "https://o.org/lib.git"],
    ["https://e.org/team/app.git", "../lib.git", "https://e.org/team/lib.git"],
    ["https://e.org/team/app.git/", "../../other/lib.git", "https://e.org/other/lib.git"],
    ["https://e.org/team/app.git", "./lib.git", "https://e.org/team/app.git/lib.git"],
    ["git@e.org:team/app.git", "../lib.git", "git@e.org:team/lib.git"],
    ["git@e.org:app.git", "../lib.git", "git@e.org:lib.git"],
    ["/srv/git/app.git", "../lib.git", "/srv/git/lib.git"],
  ])("of %s, %s, is %s", (base, url, expected) => {
    expect(run("import submodules\nprint(json.dumps(submodules.resolved(*input)))", [base, url])).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ["vendor/lib", "../lib.git", true],
    ["lib", "git@e.org:lib.git", true],
    ["../../hooks", "https://e.org/x", false],
    ["a/../../b", "https://e.org/x", false],
    ["/etc", "https://e.org/x", false],
    ["-x", "https://e.org/x", false],
    ["lib", "--upload-pack=touch /x", false],
    ["lib", "ext::sh -c x", false],
  ])("and its name: %s, %s", (name, url, expected) => {
    expect(run("import submodules\nprint(json.dumps(submodules.is_safe(*input)))", [name, url])).toBe(expected);
  });
});

describe("what git is told", () => {
  const told = (repository: string, access: object, submodules = false) =>
    run<{ words: string[]; ssh: string; hidden: string }>(
      `from access import Access
access = Access(input[0], input[1], input[2])
print(json.dumps({"words": access.words, "ssh": access.environment["GIT_SSH_COMMAND"], "hidden": access.hide("x hunter2 hunter3 y")}))`,
      [repository, access, submodules],
    );

  it("names neither key nor token, and gives the token to one server", () => {
    const key = told("git@e.org:a.git", { deployKey: "hunter2", repositoryHostKey: "ssh-ed25519 AAAA" });
    expect(JSON.stringify([key.words, key.ssh])).not.toContain("hunter2");
    expect(key.ssh).toMatch(
      /StrictHostKeyChecking=yes .*GlobalKnownHostsFile=\/dev\/null -i \/proc\/\d+\/fd\/\d+ -o IdentitiesOnly=yes/,
    );
    const token = told("https://e.org:8443/a.git", { token: "hunter3", tokenUser: "me" });
    expect(token.words[1]).toBe("credential.helper=");
    expect(token.words[3]).toMatch(/^credential\.https:\/\/e\.org:8443\.helper=!f\(\) .* cat \/proc\/\d+\/fd\/\d+/);
    expect(JSON.stringify(token.words)).not.toContain("hunter3");
    expect(token.hidden).toBe("x hunter2 [secret] y");
  });

  it("never says that any host key will do", () => {
    for (const access of [{}, { deployKey: "k" }, { repositoryHostKey: "ssh-ed25519 AAAA" }])
      expect(told("git@e.org:a.git", access, true).ssh).not.toMatch(/StrictHostKeyChecking=(no|accept-new|off)/);
    expect(told("git@e.org:a.git", {}).ssh).toBe("ssh -o BatchMode=yes");
    expect(told("git@e.org:a.git", { repositoryHostKey: "ssh-ed25519 AAAA" }, true).ssh).toContain(
      "~/.ssh/known_hosts",
    );
  });

  it.each<[string, object, string, RegExp]>([
    ["an unknown host", {}, "Host key verification failed.", /trusts the git server's key: set repositoryHostKey/],
    ["another host", { repositoryHostKey: "x y" }, "Host key verification failed.", /is not repositoryHostKey/],
    ["a closed door", {}, "git@e: Permission denied (publickey).", /Then set deployKey or forwardAgent, or token/],
    ["a wrong key", { deployKey: "k" }, "git@e: Permission denied (publickey).", /does not accept deployKey/],
    [
      "no key",
      { deployKey: "k" },
      'Load key "/proc/1/fd/3": error in libcrypto\nPermission denied',
      /is no private key/,
    ],
    ["a wrong token", { token: "t" }, "fatal: Authentication failed for 'https://e'", /does not accept the token/],
    ["no token", {}, "fatal: could not read Username for 'https://e'", /wants a login: set token/],
    ["no network", {}, "Could not resolve host: e", /^$/],
  ])("of %s tells what to do", (_, access, said, expected) => {
    const program =
      "from access import Access\nprint(json.dumps(Access('https://e/a.git', input[0]).advice(input[1])))";
    expect(run<string>(program, [access, said]).trim()).toMatch(expected);
  });
});
