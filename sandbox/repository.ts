import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

const sample = join(__dirname, "..", "examples", "exampleapp");

/** Where the hosts fetch the sample app from. */
export const repositoryUrl = "file:///srv/git/exampleapp.git";

/** The sample app as a working clone at `app/`, and the repository that it pushes to, which the hosts see. */
export async function sampleRepository(directory: string): Promise<void> {
  const [app, bare] = [join(directory, "app"), join(directory, "git", "exampleapp.git")];
  if (!existsSync(join(bare, "HEAD"))) {
    mkdirSync(bare, { recursive: true });
    await execa("git", ["init", "--quiet", "--bare", "--initial-branch=master", bare]);
  }
  if (existsSync(join(app, ".git"))) return;
  mkdirSync(app, { recursive: true });
  cpSync(sample, app, { recursive: true, filter: (path) => !path.includes("__pycache__") });
  const git = (...words: string[]) => execa("git", ["-C", app, ...words]);
  await git("init", "--quiet", "--initial-branch=master");
  await git("config", "user.name", "Sandbox");
  await git("config", "user.email", "sandbox@example.invalid");
  await git("config", "push.default", "current");
  await git("remote", "add", "origin", bare);
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "The sample app");
  await git("push", "--quiet", "--set-upstream", "origin", "master");
}
