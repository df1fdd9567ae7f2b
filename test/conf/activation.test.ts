import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonWith } from "./supervisor/oracle";

/** What of the programs on the host can be tried without one: run by an interpreter that has supervisor's library. */
let python: string;
const top = mkdtempSync(join(tmpdir(), "activation-"));

beforeAll(async () => {
  python = await pythonWith("4.2.5");
}, 120_000);
afterAll(() => rmSync(top, { recursive: true }));

const programs = join(__dirname, "../../conf/activation");
const run = <T>(program: string, input: unknown): T => {
  const head = `import json, sys, types\nsys.path.insert(0, ${JSON.stringify(programs)})\ninput = json.loads(sys.argv[1])\n`;
  const words = ["-B", "-W", "ignore", "-c", head + program, JSON.stringify(input)];
  return JSON.parse(execFileSync(python, words, { encoding: "utf8" })) as T;
};

it("supervisor's library is loaded without that of its plugins, which comes when it is asked for", () => {
  const program = `
import door
from supervisor import options
loaded = lambda: "EntryPoint" in vars(sys.modules["pkg_resources"])
print(json.dumps([loaded(), options.pkg_resources.EntryPoint.parse("a = b:c").name, loaded()]))`;
  expect(run(program, null)).toEqual([false, "a", true]);
});

describe("who answers, of two processes behind one socket", () => {
  // Descriptors come and go meanwhile, as under load: one that goes as it is looked at hides nobody.
  const server = `
import os, socket, threading
def churn():
    while True: os.close(os.open("/dev/null", os.O_RDONLY))
for _ in range(4): threading.Thread(target=churn, daemon=True).start()
listening = socket.socket(fileno=0)
while True:
    taken = listening.accept()[0]
    taken.recv(1000)
    taken.sendall(b"HTTP/1.0 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\n%5d" % (os.getpid() % 100000))
    taken.close()`;

  it("is known of every answer", () => {
    const program = `
import answer, socket, strays, subprocess
# As of a process that is not the program yet: each time it can't be seen at first.
see, looks = strays.as_owner_of, iter(range(1000))
strays.as_owner_of = lambda pid, words: see(pid, words) if next(looks) % 2 else None
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(16)
servers = [subprocess.Popen([sys.executable, "-c", input], stdin=listening) for _ in range(2)]
url = "http://127.0.0.1:%d/" % listening.getsockname()[1]
wanted = {"url": url, "status": 200, "text": "%5d" % (servers[0].pid % 100000), "timeout": 5}
try:
    told = [answer.ask(wanted, servers[0].pid) for _ in range(40)]
finally:
    for server in servers: server.kill()
print(json.dumps(sorted({(wrong is None, mine) for wrong, mine in told})))`;
    // What the first one says is its own, and nothing else is.
    expect(run(program, server)).toEqual([
      [false, false],
      [true, true],
    ]);
  }, 60_000);
});

describe("who took a connection", () => {
  const program = `
import answer, socket, subprocess
family = socket.AF_INET6 if ":" in input["listens"] else socket.AF_INET
listening = socket.socket(family)
if family == socket.AF_INET6: listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
listening.bind((input["listens"], 0))
listening.listen(16)
port = listening.getsockname()[1]
def connect(source, target):
    client = socket.socket(socket.AF_INET6 if ":" in target else socket.AF_INET)
    client.bind(source)
    client.connect((target, port))
    return client
# Of others, who had the same port and have ended: the kernel remembers them for a minute.
mine = socket.socket()
mine.bind(("127.0.0.1", 0))
own = mine.getsockname()[1]
mine.close()
for i in input["others"]:
    client = connect(("127.0.0.%d" % i, own), "127.0.0.1")
    listening.accept()[0].close()
    client.close()
client = connect(("::1" if ":" in input["asks"] else "127.0.0.1", own), input["asks"])
taker = subprocess.Popen([sys.executable, "-c", "import signal, socket; taken = socket.socket(fileno=0).accept(); print(flush=True); signal.pause()"], stdin=listening, stdout=subprocess.PIPE)
other = subprocess.Popen(["sleep", "60"])
try:
    taker.stdout.readline()
    print(json.dumps([answer.takes(client, pid, 0.3) for pid in (taker.pid, other.pid)]))
finally:
    for one in (taker, other): one.kill()`;

  it.each([
    { listens: "127.0.0.1", asks: "127.0.0.1" },
    { listens: "::", asks: "127.0.0.1" },
    { listens: "::", asks: "::1" },
  ])("is known of one that listens at $listens, asked at $asks", (input) => {
    expect(run(program, { ...input, others: [] })).toEqual([true, false]);
  });

  it("is not mistaken for another's that came from the same port of another address", () => {
    const others = Array.from({ length: 20 }, (_, i) => i + 2);
    expect(run(program, { listens: "0.0.0.0", asks: "127.0.0.1", others })).toEqual([true, false]);
  });
});

describe("a process that never is the first to take a connection", () => {
  // The other one always is, as long as it has nothing to do.
  const server = `
import os, select, socket, sys, time
listening = socket.socket(fileno=0)
listening.setblocking(False)
while True:
    select.select([listening], [], [])
    time.sleep(float(sys.argv[1]))
    try:
        taken = listening.accept()[0]
    except BlockingIOError:
        continue
    taken.setblocking(True)
    if taken.recv(1000): taken.sendall(b"HTTP/1.0 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
    taken.close()`;

  it.each([
    [1, false],
    [2, true],
  ])("with %d connections at once: asked itself %s", (tries, expected) => {
    const program = `
import answer, socket, subprocess, time
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(16)
first, slow = [subprocess.Popen([sys.executable, "-c", input["server"], wait], stdin=listening) for wait in ("0", "0.03")]
url = "http://127.0.0.1:%d/" % listening.getsockname()[1]
try:
    time.sleep(0.5)
    told = [answer.ask({"url": url, "status": 200, "timeout": 5}, slow.pid, tries=input["tries"]) for _ in range(5)]
finally:
    for one in (first, slow): one.kill()
print(json.dumps(told))`;
    expect(run(program, { server, tries })).toEqual(Array.from({ length: 5 }, () => [null, expected]));
  });
});

describe("the kept releases", () => {
  const state = join(top, "state");
  const venvs = join(top, "venvs");
  const venv = (name: string) => join(venvs, name);
  let updates = 0;
  const job = (commit: string, environment: string) => ({
    id: `${++updates}-${commit}`,
    commit,
    venv: venv(environment),
    conf_key: "conf",
    checkout: "/opt/shop",
    group: "shop",
    source: { venvs, keep: 3 },
  });
  /** Acts on the state as the activation does; answers the commits that are kept, the newest last, and what git keeps. */
  const act = (program: string, input: unknown) =>
    run<{ kept: string[]; refs: string[]; previous: string | null; venvs: string[] }>(
      `
import os, releases
refs = set(open("${top}/refs").read().split()) if os.path.exists("${top}/refs") else set()
tree = types.SimpleNamespace(keep=lambda ref, commit: refs.add(ref), forget=lambda ref: refs.discard(ref))
state = types.SimpleNamespace(top="${state}", current="${state}/current.json")
os.makedirs(state.top, exist_ok=True)
${program}
open("${top}/refs", "w").write("\\n".join(refs))
kept = releases.kept(state)
before = releases.previous(state, kept[-1] if len(input) < 2 else input[1])
print(json.dumps({"kept": [job["commit"] for job in kept], "refs": sorted(refs), "previous": before and before["commit"],
  "venvs": sorted(os.listdir("${venvs}"))}))`,
      input,
    );
  const keep = (commit: string, environment: string) =>
    act("releases.keep(state, tree, input[0], input[0]['source']['keep'])", [job(commit, environment)]);

  it("are the newest ones, with their commits and environments, and each of its kind once", () => {
    const old = Date.now() / 1000 - 7200;
    const build = (name: string, at = old) => {
      mkdirSync(venv(name), { recursive: true });
      utimesSync(venv(name), at, at);
    };
    for (const name of ["v1", "unused"]) build(name);
    build("fresh", Date.now() / 1000);
    expect(keep("a", "v1")).toMatchObject({ kept: ["a"], previous: null });
    keep("b", "v1");
    build("v2");
    expect(keep("c", "v2")).toMatchObject({ kept: ["a", "b", "c"], previous: "b" });
    // The one that nobody needs and nobody may be building has gone at the first.
    expect(keep("b", "v1").venvs).toEqual(["fresh", "v1", "v2"]);
    const last = keep("d", "v2");
    expect(last).toMatchObject({ kept: ["c", "b", "d"], previous: "b" });
    expect(last.refs.map((ref) => ref.split("/").at(-1))).toEqual(["3-c", "4-b", "5-d"]);
    keep("e", "v2");
    expect(keep("f", "v2").venvs).toEqual(["fresh", "v2"]);
  });

  it("that a rollback left are no place to go back to", () => {
    const left = act("releases.leave(state, input[0])", [job("f", "v2"), job("e", "v2")]);
    expect(left).toMatchObject({ kept: ["d", "e", "f"], previous: "d" });
    // Deployed anew, it counts again.
    expect(keep("f", "v2").previous).toBe("e");
  });

  it("that failed are told until they serve", () => {
    const failed = (program: string) =>
      run<Record<string, { step: string; cause: string }>>(
        `import releases\nstate = types.SimpleNamespace(top="${state}")\n${program}\nprint(json.dumps(releases.failures(state)))`,
        job("g", "v2"),
      );
    const key = "g:v2:conf";
    expect(failed("releases.mark(state, input, 'check', 'it flaps')")[key]).toMatchObject({
      step: "check",
      cause: "it flaps",
    });
    expect(failed("for i in range(80): releases.mark(state, {**input, 'commit': str(i)}, 'check', 'x')")[key]).toBe(
      undefined,
    );
    const [count] = [Object.keys(failed("pass")).length];
    expect(count).toBe(50);
    expect(failed("releases.clear(state, {**input, 'commit': '79'})")["79:v2:conf"]).toBe(undefined);
  });
});

describe("a line of the log", () => {
  const begin = {
    id: "1",
    event: "begin",
    at: "2026-01-02T03:04:05Z",
    who: "ann@laptop",
    before: "a".repeat(40),
    commit: "b".repeat(40),
  };
  const back = { id: "1", event: "roll back", step: "check", cause: "it flaps\nmore" };
  const end = (more: object) => ({ id: "1", event: "end", ...more });
  const head = "2026-01-02T03:04:05Z  ann@laptop              ";

  it.each<[string, object[], string]>([
    ["done", [begin, end({ outcome: "done", pause: 330 })], `${head} aaaaaaa → bbbbbbb  done, paused 0.33 s`],
    ["done without a pause", [begin, end({ outcome: "done", pause: 0 })], `${head} aaaaaaa → bbbbbbb  done`],
    ["the first", [{ ...begin, before: null }, end({ outcome: "done", pause: 0 })], `${head} nothing → bbbbbbb  done`],
    [
      "rolled back",
      [begin, back, end({ outcome: "rolled-back", pause: 1200 })],
      `${head} aaaaaaa → bbbbbbb  rolled back at check: it flaps, paused 1.20 s`,
    ],
    [
      "over a boot",
      [begin, back, end({ outcome: "rolled-back", pause: null })],
      `${head} aaaaaaa → bbbbbbb  rolled back at check: it flaps, paused an unknown time`,
    ],
    [
      "to a version that is not well",
      [begin, back, end({ outcome: "rolled-back", pause: 10, unhealthy: "no answer" })],
      `${head} aaaaaaa → bbbbbbb  rolled back at check: it flaps, paused 0.01 s, and the version before is not healthy: no answer`,
    ],
    ["refused", [{ ...begin, event: "refused", cause: "no space\nat all" }], `${head} bbbbbbb  refused: no space`],
    ["that goes on", [begin], `${head} aaaaaaa → bbbbbbb  going on, or died`],
  ])("%s", (_, noted, line) => {
    expect(
      run("import history\nprint(json.dumps([history.line(*one) for one in history.told(input)]))", noted),
    ).toEqual([line]);
  });
});

describe("options by hand", () => {
  const options = (...words: string[]) =>
    run<object>(
      `import hand
try: print(json.dumps(hand.options(input, {"yes": None, "wait": 600.0, "number": 20.0})))
except hand.Wrong as wrong: print(json.dumps({"wrong": str(wrong)}))`,
      words,
    );

  it.each<[string[], object]>([
    [[], {}],
    [["--yes"], { yes: true }],
    [["-y", "--wait"], { yes: true, wait: 600 }],
    [["--wait", "30", "--yes"], { yes: true, wait: 30 }],
    [["--wait=5"], { wait: 5 }],
    [["-n", "3"], { number: 3 }],
    [["--frob"], { wrong: "Unknown option: --frob" }],
    [["yes"], { wrong: "Unknown option: yes" }],
    [["--wait=soon"], { wrong: "--wait=soon should be followed by a number (got soon)" }],
  ])("%j", (words, found) => expect(options(...words)).toEqual(found));
});

describe("a process that a killed supervisord left", () => {
  it.each<[string, string[], string, boolean]>([
    ["its own words", ["/v/bin/python", "-u", "app.py"], "/v/bin/python -u app.py", true],
    ["a script that an interpreter runs", ["/v/bin/python3", "/v/bin/litestar", "run"], "/v/bin/litestar run", true],
    ["quotes of the conf", ["/bin/sh", "-c", "a b"], "/bin/sh -c 'a b'", true],
    ["other words", ["/v/bin/python", "-u", "app.py", "8001"], "/v/bin/python -u app.py 8000", false],
    ["another program with these words", ["/v/bin/celery", "run"], "/v/bin/litestar run", false],
    ["a command that can't be read", ["x"], "x 'y", false],
  ])("is known by %s", (_, words, command, isOurs) => {
    expect(run("import strays\nprint(json.dumps(strays.runs(*input)))", [words, command])).toBe(isOurs);
  });
});
