import { describe, expect, it } from "vitest";
import { type Command, type Reader, render } from "../../provider/commands/shell";
import type { Connection } from "../../provider/connection";
import { type FileInputs, file } from "../../provider/file";
import { type GitCheckoutInputs, gitCheckout } from "../../provider/gitCheckout";
import { type PackagesInputs, packages } from "../../provider/packages";
import { type UserInputs, user } from "../../provider/user";
import { type VenvInputs, venv } from "../../provider/venv";
import { pipRecipe } from "./recipe";

const connection: Connection = { host: "192.0.2.1", hostKey: "ssh-ed25519 AAAA" };
/** What the commands are called, or how they begin. */
const names = (commands: Command[]) =>
  commands.map((command) => command.what ?? render(command).split("\n")[0]!.slice(0, 40));

describe("File", () => {
  const inputs: FileInputs = {
    connection,
    path: "/etc/a.conf",
    content: "x=1\n",
    mode: "0644",
    owner: "root",
    group: "root",
    directoryMode: "0755",
  };
  const there = { kind: "file" as const, mode: "0644", owner: "root", group: "root", content: "x=1\n" };

  it.each<[string, FileInputs, Parameters<typeof file.plan>[1], number]>([
    ["as desired: nothing", inputs, there, 0],
    ["absent: staged and moved", inputs, undefined, 2],
    ["another text", inputs, { ...there, content: "x=2\n" }, 2],
    ["another mode", inputs, { ...there, mode: "0600" }, 2],
    ["a link in its place", inputs, { kind: "link", target: "/x" }, 2],
    ["proven first, where that is asked", { ...inputs, provenInsteadOf: "/etc/b.conf" }, undefined, 3],
    ["a link as desired", { ...inputs, content: undefined, link: "/x" }, { kind: "link", target: "/x" }, 0],
    ["another target", { ...inputs, content: undefined, link: "/y" }, { kind: "link", target: "/x" }, 1],
  ])("%s", (_, desired, current, count) => expect(file.plan(desired, current)).toHaveLength(count));

  it("keeps a secret out of words", () => {
    const secret = { ...inputs, content: "k=${secret:K}\n", secrets: { K: "hunter2" } };
    const commands = file.plan(secret, undefined);
    expect(commands.map(render).join()).not.toContain("hunter2");
    expect(commands[0]!.stdin).toMatchObject({});
    expect(String(commands[0]!.stdin)).toBe("[secret]");
    expect(file.observed(secret, { ...there, content: "k=hunter2\n" })).toEqual({ ...secret, link: undefined });
  });

  it("removes only what is still ours", () => {
    expect(file.remove(inputs, there)).toHaveLength(1);
    expect(file.remove(inputs, { ...there, content: "by hand\n" })).toEqual([]);
    expect(file.remove(inputs, { kind: "link", target: "/x" })).toEqual([]);
  });

  it.each([
    [{ mode: "644" }, "mode"],
    [{ path: "etc/a" }, "path"],
    [{ link: "/x" }, "content"],
    [{ content: undefined }, "content"],
  ])("refuses %j", (change, property) => {
    const { error } = file.schema.safeParse({ ...inputs, ...change });
    expect(error?.issues.map(({ path }) => path[0])).toEqual([property]);
  });
});

describe("GitCheckout", () => {
  const inputs: GitCheckoutInputs = {
    connection,
    repository: "https://e/a.git",
    commit: "a".repeat(40),
    path: "/opt/a",
    user: "a",
  };
  const there = {
    kind: "checkout" as const,
    owner: "a",
    repository: inputs.repository,
    hasCommit: true,
    ours: true,
    active: false,
    brought: [] as ("submodules" | "lfs")[],
  };
  it.each<[string, Parameters<typeof gitCheckout.plan>[1], string[]]>([
    ["as desired: nothing", there, []],
    ["absent", undefined, ["make the checkout /opt/a", "git fetch in /opt/a"]],
    ["without the commit", { ...there, hasCommit: false }, ["git fetch in /opt/a"]],
    ["from elsewhere", { ...there, repository: "https://e/b.git" }, ["point /opt/a to https://e/a.git"]],
    ["another's", { ...there, owner: "b", hasCommit: false }, ["give /opt/a to a", "git fetch in /opt/a"]],
  ])("%s", (_, current, expected) => expect(names(gitCheckout.plan(inputs, current))).toEqual(expected));

  it.each<[string, Partial<GitCheckoutInputs>, Partial<typeof there>, number]>([
    ["submodules that were not brought", { submodules: true }, {}, 1],
    ["submodules of this commit", { submodules: true }, { brought: ["submodules"] }, 0],
    ["LFS that was not brought", { submodules: true, lfs: true }, { brought: ["submodules"] }, 1],
    ["extras that nobody asks for", {}, { brought: ["lfs"] }, 0],
  ])("with %s", (_, wanted, found, count) =>
    expect(gitCheckout.plan({ ...inputs, ...wanted }, { ...there, ...found })).toHaveLength(count),
  );

  it("keeps what opens the repository out of words", () => {
    const access = { deployKey: "hunter2", token: "hunter3" };
    const [, fetch] = gitCheckout.plan({ ...inputs, access }, undefined);
    expect(render(fetch!)).not.toMatch(/hunter/);
    expect(String(fetch!.stdin)).toBe("[secret]");
    expect(fetch!.forwardAgent).toBeUndefined();
    const [, forwarded] = gitCheckout.plan({ ...inputs, access: { forwardAgent: true } }, undefined);
    expect(forwarded!.forwardAgent).toBe(true);
  });

  it.each([
    ["ours", there, 1],
    ["there before us", { ...there, ours: false }, 0],
    ["under a release", { ...there, active: true }, 0],
  ])("a checkout that is %s", (_, current, count) => expect(gitCheckout.remove(inputs, current)).toHaveLength(count));

  it("without a git on the host differs, and is not taken for another's", () => {
    const untold = { ...there, untold: "no git", repository: "", hasCommit: false, ours: false };
    expect(gitCheckout.observed(inputs, untold)).toEqual({
      ...inputs,
      commit: "unknown: no git",
    });
    expect(() => gitCheckout.remove(inputs, untold)).toThrow("192.0.2.1: whose /opt/a is can't be told: no git");
  });

  it("what is in its way is a clear error", async () => {
    const reader = { name: "web1", read: async () => ({ kind: "other", what: "a file" }) as never };
    await expect(gitCheckout.read(reader, inputs)).rejects.toThrow("web1: /opt/a is a file: move it away");
  });
});

describe("Venv", () => {
  const inputs: VenvInputs = {
    connection,
    directory: "/v",
    digest: "0123456789abcdef",
    recipe: pipRecipe,
    files: {},
    locks: {},
    packages: {},
    user: "a",
    home: "/h",
    link: "/l",
  };
  it.each([
    ["as desired: nothing", { digest: inputs.digest, intact: true }, 0],
    ["absent", undefined, 1],
    ["changed by hand", { digest: inputs.digest, intact: false }, 1],
  ])("%s", (_, current, count) => expect(venv.plan(inputs, current)).toHaveLength(count));
  it("has its path exactly in a preview", () =>
    expect(venv.outputs(inputs, undefined)).toEqual({ path: "/v/0123456789abcdef" }));
  it("keeps an index with credentials out of words", () => {
    const [command] = venv.plan({ ...inputs, indexUrl: "https://u:hunter2@i/" }, undefined);
    expect(render(command!)).not.toContain("hunter2");
    expect(String(command!.stdin)).toBe("[secret]");
  });
});

describe("Packages", () => {
  const inputs: PackagesInputs = { connection, packages: ["git", "supervisor"], supervisord: "answering" };
  it.each([
    ["all there: nothing", { installed: ["git", "supervisor"], answering: true, confDirectory: "/c" }, 0],
    ["one missing: its install", { installed: ["git"], answering: true, confDirectory: "/c" }, 1],
    ["no directory of confs: a failure", { installed: ["git", "supervisor"], answering: true }, 1],
    ["supervisord down: start", { installed: ["git", "supervisor"], answering: false }, 1],
  ])("%s", (_, current, count) => expect(packages.plan(inputs, current)).toHaveLength(count));
  it("says in a preview what it would install", async () => {
    const said: string[] = [];
    const reader: Reader = {
      name: "web1",
      read: async ({ command }) => (command.joint === undefined ? { installed: ["git"] } : null) as never,
    };
    await packages.preview!(reader, inputs, { log: async (line: string) => void said.push(line) } as never);
    expect(said).toEqual(["web1: would install supervisor"]);
  });
  it("never removes any", () => expect(packages.remove(inputs, { installed: [], answering: true })).toEqual([]));
});

describe("User", () => {
  const inputs: UserInputs = { connection, user: "a", home: "/h" };
  it.each([
    ["as desired: nothing", { uid: 1, homeOwner: "a" }, 0],
    ["absent: account and home", undefined, 2],
    ["without its home", { uid: 1 }, 1],
  ])("%s", (_, current, count) => expect(user.plan(inputs, current)).toHaveLength(count));
});
