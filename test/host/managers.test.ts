import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { after, before, filesOf, type Manager, type Wanted, written } from "./locks";
import { Repository } from "./repository";
import { answerOf, type Config, on, Stack, tiny, writes } from "./stack";

/** One app for each manager, all of one host: built, updated and broken side by side. */
const managers = {
  pip: { manager: "pip", broken: /No matching distribution found for iniconfig==0\.0\.0/ },
  fast: { manager: "pip", settings: { installer: "uv" }, broken: /there is no version of iniconfig==0\.0\.0/ },
  plain: { manager: "pyproject", broken: /No matching distribution found for iniconfig==0\.0\.0/ },
  uv: { manager: "uv", broken: /there is no version of iniconfig==0\.0\.0 and your project/ },
  poetry: { manager: "poetry", broken: /pyproject\.toml changed significantly since poetry\.lock was last generated/ },
  pdm: {
    manager: "pdm",
    settings: { installer: "uv" },
    broken: /pdm\.lock does not fit pyproject\.toml any more: run `pdm lock`/,
  },
  pipenv: { manager: "pipenv", broken: /Pipfile\.lock does not fit Pipfile any more: run `pipenv lock`/ },
} satisfies Record<string, { manager: Manager; settings?: Config; broken: RegExp }>;
type Kind = keyof typeof managers;
const of = (kind: Kind): { manager: Manager; settings?: Config; broken: RegExp } => managers[kind];
const kinds = Object.keys(managers) as Kind[];
const nameOf = (kind: Kind) => `${kind}deps`;
const portOf = (kind: Kind) => 8121 + kinds.indexOf(kind);

/** Answers which packages its environment has. */
const server = `
import http.server, importlib.metadata, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = sorted("%s==%s" % (one.metadata["Name"], one.version) for one in importlib.metadata.distributions())
        body = json.dumps([one for one in found if one.split("==")[0] not in ("pip", "setuptools")]).encode()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
`;

/** Milliseconds: the tools are brought, once. */
const long = 900_000;
/** An index on the host itself, of the wheels there, for who has the password; it notes what it gave. */
const index = `
import base64, http.server, os
wanted = "Basic " + base64.b64encode(b"bob:s3c@ret").decode()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.headers.get("Authorization") != wanted:
            self.send_response(401); self.send_header("WWW-Authenticate", 'Basic realm="x"'); self.end_headers(); return
        kind, name = self.path.strip("/").split("/")[:2]
        if kind == "files":
            body = open("/srv/wheels/" + name, "rb").read()
            if self.command == "GET": open("/srv/given", "a").write(name + "\\n")
        else:
            names = [one for one in os.listdir("/srv/wheels") if one.split("-")[0].lower() == name]
            body = "".join('<a href="/files/%s">%s</a>' % (one, one) for one in names).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "text/html" if kind == "simple" else "application/octet-stream"); self.end_headers()
        if self.command == "GET": self.wfile.write(body)
    do_HEAD = do_GET
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(("127.0.0.1", 8130), Handler).serve_forever()
`;

const stack = new Stack("managers");
const repositories = Object.fromEntries(kinds.map((kind) => [kind, new Repository(nameOf(kind))])) as Record<
  Kind,
  Repository
>;
const settingsOf = (kind: Kind, more: Config = {}): Config =>
  tiny(repositories[kind].url, portOf(kind), {
    dependencies: { ...of(kind).settings, ...more },
    health: { url: `http://127.0.0.1:${portOf(kind)}/`, timeout: 60 },
  });
const configure = (more: Config = {}) =>
  stack.configure({ apps: Object.fromEntries(kinds.map((kind) => [nameOf(kind), settingsOf(kind, more)])) });
const push = (wanted: Wanted, message: string) => {
  for (const kind of kinds)
    repositories[kind].push({ "src/app.py": server, ...filesOf(of(kind).manager, wanted) }, message);
};
const installed = async (): Promise<Record<string, unknown>> =>
  Object.fromEntries(await Promise.all(kinds.map(async (kind) => [kind, JSON.parse(await answerOf(1, portOf(kind)))])));
const all = (wanted: Wanted) => Object.fromEntries(kinds.map((kind) => [kind, wanted.packages]));
const pids = () => on(1, `supervisorctl pid ${kinds.map(nameOf).join(" ")}`);
const builds = (commands: string[]) => commands.filter((command) => /^build the environment/.test(command));

beforeAll(() => {
  push(before, "First");
  configure();
});
afterAll(async () => {
  const destroy = await stack.destroy();
  expect(destroy.exitCode, destroy.text).toBe(0);
});

describe("dependencies of every manager", () => {
  it(
    "are installed as the lock says, by the manager that the repository has files of",
    async () => {
      const up = await stack.up();
      expect(up.exitCode, up.text).toBe(0);
      expect(await installed()).toEqual(all(before));
      expect(builds(writes(up))).toHaveLength(kinds.length);
      expect(await on(1, "ls -A /var/lib/supervised/*deps/venvs | grep -c files")).toBe("0");
      expect(await on(1, "ls -d /var/lib/supervised/.tools/*/.complete | wc -l")).toBe("4");
      const compiled =
        "for v in /var/lib/supervised/*deps/venvs/*/; do find $v -path '*iniconfig/__pycache__*.pyc' | head -n 1; done";
      expect((await on(1, compiled)).split("\n")).toHaveLength(kinds.length);
    },
    long,
  );

  it("are left alone where nothing changed", async () => {
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(writes(up)).toEqual([]);
  });

  it("show what is added, changed and removed in a preview", async () => {
    push(after, "Other packages");
    const preview = await stack.preview();
    expect(writes(preview)).toEqual([]);
    const lines = /packages:\n\s+~ iniconfig 2\.0\.0 → 2\.1\.0\n\s+- six 1\.16\.0\n\s+\+ sniffio 1\.3\.1\n/g;
    expect(preview.text.match(lines), preview.text).toHaveLength(kinds.length);
  });

  it(
    "are built by hand on the host as from outside, under the same name, and what left the lock is gone",
    async () => {
      await Promise.all(
        kinds.map(async (kind) => {
          const said = await on(1, `/usr/local/bin/${nameOf(kind)} update --yes; echo code $?`);
          expect(said, said).toContain("code 0");
        }),
      );
      expect(await installed()).toEqual(all(after));
      const up = await stack.up();
      expect(up.exitCode, up.text).toBe(0);
      expect(writes(up).filter((command) => /^(build|activate)/.test(command))).toEqual([]);
    },
    long,
  );

  it("that can't be had leave the version before serving, and their tool says why", async () => {
    const running = await pids();
    for (const kind of kinds) repositories[kind].push(written(of(kind).manager, ["iniconfig==0.0.0"]), "Break");
    const up = await stack.up("--continue-on-error");
    expect(up.exitCode).not.toBe(0);
    for (const kind of kinds) expect.soft(up.text, kind).toMatch(of(kind).broken);
    expect(writes(up).filter((command) => /^activate/.test(command))).toEqual([]);
    expect(await pids()).toBe(running);
    expect(await installed()).toEqual(all(after));
    expect(await on(1, "ls -A /var/lib/supervised/*deps/venvs | grep -c files")).toBe("0");
  });

  it("of a release before are still there", async () => {
    push(before, "Back");
    const up = await stack.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(builds(writes(up))).toEqual([]);
    expect(await installed()).toEqual(all(before));
  });
});

describe("packages from elsewhere", () => {
  const wheels = after.packages.join(" ");

  it(
    "come from a private index, whose password is seen nowhere",
    async () => {
      await on(
        1,
        `mkdir -p /srv/wheels && /var/lib/supervised/.tools/uv-*/bin/python -m pip download -q --no-deps -d /srv/wheels ${wheels}
       cat >/srv/index.py <<'END'${index}END
       setsid python3 /srv/index.py >/dev/null 2>&1 </dev/null & echo $! >/srv/index.pid
       for active in /opt/*deps/venv; do for built in /var/lib/supervised/$(basename \${active%/venv})/venvs/*; do
         [ "$built" = "$(readlink $active)" ] || rm -rf "$built"; done; done`,
      );
      push(after, "Other packages again");
      for (const kind of kinds) {
        const path = `supervised:apps.${nameOf(kind)}.dependencies.indexUrl`;
        await stack.pulumi(
          "config",
          "set",
          "--secret",
          "--path",
          path,
          "--",
          "http://bob:s3c%40ret@127.0.0.1:8130/simple",
        );
      }
      const watch = on(1, "for i in $(seq 1 400); do ps axww -o args; sleep 0.1; done");
      const up = await stack.up();
      expect(up.exitCode, up.text).toBe(0);
      expect(await installed()).toEqual(all(after));
      const given = (await on(1, "cat /srv/given")).split("\n");
      expect(given.filter((name) => name.startsWith("sniffio")).length).toBeGreaterThanOrEqual(kinds.length);
      const seen = await watch;
      expect(seen).toContain("pip install");
      for (const text of [up.text, JSON.stringify(up.trace), stack.state(), seen]) {
        expect(text).not.toContain("s3c@ret");
        expect(text).not.toContain("s3c%40ret");
      }
      await on(1, "kill $(cat /srv/index.pid)");
    },
    long,
  );

  it(
    "come from a wheelhouse, and no index is asked",
    async () => {
      await on(
        1,
        "cp /etc/pip.conf /srv/pip.conf; printf '[global]\\nindex-url = http://127.0.0.1:9/simple\\n' >/etc/pip.conf",
      );
      configure({ wheelhouse: "/srv/wheels" });
      const up = await stack.up();
      await on(1, "cp /srv/pip.conf /etc/pip.conf");
      expect(up.exitCode, up.text).toBe(0);
      expect(builds(writes(up))).toHaveLength(kinds.length);
      expect(await installed()).toEqual(all(after));
    },
    long,
  );

  it(
    "need an interpreter that the host has, or that uv can bring",
    async () => {
      configure({ python: "3.10" });
      const missing = await stack.up();
      expect(missing.text).toMatch(/this host has no Python 3\.10; it has 3\.[\d.]+ \(\/usr\/bin\/python3/);
      await on(1, "echo UV_PYTHON_INSTALL_MIRROR=http://127.0.0.1:9 >>/etc/environment");
      configure({ python: "3.10", managedPython: true });
      const up = await stack.up("--continue-on-error");
      await on(1, "sed -i /UV_PYTHON_INSTALL_MIRROR/d /etc/environment");
      expect(up.text).toMatch(
        /http:\/\/127\.0\.0\.1:9\/[\s\S]*dependencies\.managedPython: uv brings interpreters from GitHub/,
      );
      expect(await installed()).toEqual(all(after));
      configure();
    },
    long,
  );
});
