import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { directory } from "./places";

/** A server without dependencies: its environment is built in a second, and it answers what its commit says. */
export const tinyServer = (message: string): string => `
import http.server, os, sys, json
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"message": ${JSON.stringify(message)}, "path": self.path}).encode()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
    def log_message(self, *words): pass
print("serving ${message}", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
`;

/** A repository that the hosts fetch from, with a working clone here. */
export class Repository {
  readonly url: string;
  readonly #work: string;

  constructor(readonly name: string) {
    const bare = join(directory, "git", `${name}.git`);
    this.url = `file:///srv/git/${name}.git`;
    this.#work = join(directory, "projects", `${name}-work`);
    mkdirSync(this.#work, { recursive: true });
    mkdirSync(dirname(bare), { recursive: true });
    execFileSync("git", ["init", "-q", "--bare", "--initial-branch=master", bare]);
    this.git("init", "-q", "--initial-branch=master");
    this.git("config", "user.name", "Test");
    this.git("config", "user.email", "test@example.invalid");
    this.git("remote", "add", "origin", bare);
  }

  /** Publishes files; answers the commit. */
  push(files: Record<string, string>, message: string): string {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#work, name)), { recursive: true });
      writeFileSync(join(this.#work, name), text);
    }
    this.git("add", "--all");
    this.git("commit", "-q", "--allow-empty", "-m", message);
    this.git("push", "-q", "--force", "origin", "HEAD:master");
    return this.git("rev-parse", "HEAD").trim();
  }

  git(...words: string[]): string {
    return execFileSync("git", ["-C", this.#work, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }
}

/** A repository with a tiny server in it. */
export function tinyApp(name: string): Repository {
  const repository = new Repository(name);
  repository.push({ "src/app.py": tinyServer("one"), "requirements.txt": "" }, "First");
  return repository;
}
