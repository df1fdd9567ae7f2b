import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tableOf, writeBelow } from "../../bench/page";
import { root, sandbox } from "./places";
import { Repository } from "./repository";
import { on, Stack } from "./stack";

/**
 * Servers that serve a socket of supervisord's, updated and restarted under load. `resets`: connections that each restarted
 * process may lose; hypercorn closes all that it has taken and not read yet as it ends, the others one at most.
 */
const servers = {
  uvicorn: { command: "venv/bin/uvicorn app:asgi --fd 0 --no-access-log", needs: "uvicorn==0.54.0", resets: 1 },
  litestar: {
    command: "venv/bin/litestar --app app:litestar run --fd 0",
    needs: "litestar[standard]==2.25.0",
    resets: 1,
  },
  gunicorn: {
    command: "venv/bin/gunicorn app:wsgi -b fd://0 --workers 1 --threads 8",
    needs: "gunicorn==27.0.1",
    resets: 1,
  },
  hypercorn: { command: "venv/bin/hypercorn app:asgi -b fd://0", needs: "hypercorn==0.18.0", resets: 5 },
};
type Name = keyof typeof servers;
const names = Object.keys(servers) as Name[];
const host = 7;
/** The whole load, or one that leaves room for the tests beside it. */
const isWhole = process.env.LOAD === "all";
const [least, pace] = isWhole ? [20_000, 1100] : [2000, 250];
const processes = 2;
const portOf = (name: Name) => 8121 + names.indexOf(name);

const source = (message: string) => `
MESSAGE = ${JSON.stringify(message)}

async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(MESSAGE)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": MESSAGE.encode()})

def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(MESSAGE)))])
    return [MESSAGE.encode()]

try:
    from litestar import Litestar, get
    @get("/", sync_to_thread=False, media_type="text/plain")
    def answer() -> str:
        return MESSAGE
    litestar = Litestar([answer])
except ImportError:
    pass
`;

const stack = new Stack("sockets");
const repositories = Object.fromEntries(names.map((name) => [name, new Repository(`socket-${name}`)]));
const appOf = (name: Name) => ({
  hosts: [sandbox.host(host).name],
  repository: repositories[name]!.url,
  program: {
    command: servers[name].command,
    directory: "src",
    socket: `tcp://127.0.0.1:${portOf(name)}`,
    numprocs: processes,
    process_name: "%(program_name)s_%(process_num)d",
  },
  health: { url: `http://127.0.0.1:${portOf(name)}/`, timeout: 20 },
});
const configure = (more: object = {}) =>
  stack.configure({ apps: Object.fromEntries(names.map((name) => [`s-${name}`, { ...appOf(name), ...more }])) });
const push = (name: Name, message: string) =>
  repositories[name]!.push({ "src/app.py": source(message), "requirements.txt": `${servers[name].needs}\n` }, message);

interface Load {
  outcomes: Record<string, number>;
  seconds: number;
  bodies: Record<string, number>;
}

/** What becomes of requests while `act` is at it, and until there were enough of them. */
async function under(name: Name, least: number, act: () => Promise<unknown>): Promise<Load> {
  const stop = `/tmp/stop-${name}`;
  await on(host, `rm -f ${stop}`);
  const load = sandbox.exec(host, ["python3", "/tmp/load.py", portOf(name), pace, least, stop].map(String));
  try {
    await act();
  } finally {
    await on(host, `touch ${stop}`);
  }
  return JSON.parse(String((await load).stdout)) as Load;
}

const measured: unknown[][] = [];
const columns = ["server", "requests/s", "one by one: answered", "refused", "reset"];
columns.push("all together: answered", "refused", "reset");
const counts = ({ outcomes: { ok = 0, refused = 0, reset = 0 } }: Load) => [ok, refused, reset];

const pids = (name: Name) => on(host, `supervisorctl pid s-${name}:s-${name}_0 s-${name}:s-${name}_1`);

beforeAll(async () => {
  for (const name of names) push(name, "one");
  configure();
  await on(host, `cat >/tmp/load.py <<'END'\n${readFileSync(join(__dirname, "load.py"), "utf8")}END`);
  const up = await stack.up();
  expect(up.exitCode, up.text).toBe(0);
});
afterAll(async () => {
  const table = tableOf(columns, measured);
  console.log(`\n${table}\n`);
  if (isWhole) writeBelow(join(root, "docs", "sockets.md"), table);
  const destroy = await stack.destroy();
  expect(destroy.exitCode, destroy.text).toBe(0);
});

describe("an update under load refuses nobody", () => {
  it.each(names)("behind %s", async (name) => {
    const before = await pids(name);
    push(name, "two");
    let text = "";
    const load = await under(name, least, async () => {
      const up = await stack.up();
      text = up.text;
      expect(up.exitCode, up.text).toBe(0);
    });
    const restart = await under(name, least / 10, () => on(host, `supervisorctl restart s-${name}:`));
    const rate = Object.values(load.outcomes).reduce((sum, count) => sum + count, 0) / load.seconds;
    measured.push([name, Math.round(rate), ...counts(load), ...counts(restart)]);
    expect(text).toMatch(new RegExp(`s-${name}: .*, 2 processes restarted one by one, paused 0 ms`));
    expect(await pids(name)).not.toBe(before);
    const { ok, reset = 0, ...others } = load.outcomes;
    expect(others).toEqual({});
    const most = processes * servers[name].resets;
    expect(ok).toBeGreaterThanOrEqual(least - most);
    expect(reset).toBeLessThanOrEqual(most);
    expect(load.bodies.one).toBeGreaterThan(0);
    expect(load.bodies.two).toBeGreaterThan(0);
    // The same load sees what a restart of the whole group does.
    expect((restart.outcomes.refused ?? 0) + (restart.outcomes.reset ?? 0)).toBeGreaterThan(most);
  });
});
