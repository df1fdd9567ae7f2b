import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { Client } from "ssh2";
import { keyFiles, Sandbox, type SandboxHost } from "../sandbox/sandbox";
import { Relay, type Traffic } from "./relay";
import type { Ground, Tool, Way } from "./tools/tool";
import { WheelIndex } from "./wheels";

const sample = "exampleapp";
/** A version for each changed requirement, and one to begin with; none comes twice, as one that was there before is kept. */
const servers = ["0.54.0", "0.53.0", "0.52.4", "0.52.3", "0.52.2", "0.52.1", "0.52.0", "0.51.0", "0.50.2", "0.50.1"];

/** What all tools work on: hosts with Debian's packages, one repository, one index of packages. */
export class Field {
  readonly #sandbox: Sandbox;
  readonly #relays: Relay[] = [];
  readonly #ways: Way[] = [];
  readonly #addresses: string[] = [];
  #index: WheelIndex | undefined;
  #round = 0;
  #server = 0;

  constructor(
    readonly directory: string,
    readonly say: (line: string) => void,
  ) {
    this.#sandbox = new Sandbox(directory, say);
  }

  async begin(count: number, python: string, tools: readonly Tool[]): Promise<void> {
    await this.#sandbox.down();
    rmSync(join(this.directory, "git"), { recursive: true, force: true });
    rmSync(join(this.directory, "app"), { recursive: true, force: true });
    const hosts = await this.#sandbox.up(count);
    this.say("brings the wheels that the app needs");
    const index = new WheelIndex(await this.#wheels(python));
    this.#index = index;
    const port = await index.listen();
    this.say("brings Debian's packages to the hosts");
    await Promise.all(hosts.map((host) => this.#prepare(host, port)));
    const ways = this.#ways;
    for (const host of hosts) {
      const relay = new Relay(host.port);
      this.#relays.push(relay);
      ways.push({ name: host.name, port: await relay.listen(), hostKey: host.hostKey });
      this.#addresses.push((await this.on(host, "hostname -I")).split(" ")[0]!);
    }
    await this.#publish(
      "The confs of all tools",
      Object.fromEntries(tools.flatMap(({ app, port: at }) => confsOf(app, at))),
    );
    const ground = this.#ground(ways);
    for (const tool of tools) await tool.prepare(ground);
  }

  async end(): Promise<void> {
    for (const relay of this.#relays) relay.end();
    this.#index?.end();
    await this.#sandbox.down();
  }

  get hosts(): readonly SandboxHost[] {
    return this.#sandbox.hosts;
  }

  /** Where an app of a host answers, seen from here. */
  addressOf(host: number): string {
    return this.#addresses[host - 1]!;
  }

  /** Milliseconds there and back, from now on. */
  set distance(delay: number) {
    for (const relay of this.#relays) relay.delay = delay;
  }

  /** What went to so many hosts since the last call, for each of them. */
  takeTraffic(hosts: number): Traffic {
    const all = this.#relays.map((relay) => relay.take()).slice(0, hosts);
    const mean = (pick: (traffic: Traffic) => number) => all.reduce((sum, one) => sum + pick(one), 0) / hosts;
    return { connections: mean((one) => one.connections), roundTrips: mean((one) => one.roundTrips) };
  }

  /** A commit with another code, or with other packages too; what the app answers once it is there. */
  async push(what: "code" | "packages"): Promise<string> {
    const greeting = `round ${++this.#round}`;
    const app = join(this.directory, "app");
    const code = readFileSync(join(app, "src/app.py"), "utf8");
    const files: Record<string, string> = {
      "src/app.py": code.replace(/"GREETING", "[^"]*"/, `"GREETING", "${greeting}"`),
    };
    if (what === "packages") {
      const server = servers[++this.#server];
      if (server === undefined) throw new Error("every version of the server was used");
      const requirements = readFileSync(join(app, "requirements.txt"), "utf8");
      files["requirements.txt"] = requirements.replace(/^uvicorn==.*/m, `uvicorn==${server}`);
    }
    await this.#publish(greeting, files);
    return greeting;
  }

  async on(host: SandboxHost, line: string): Promise<string> {
    const { stdout, stderr, failed } = await this.#sandbox.exec(host, ["bash", "-c", line]);
    if (failed) throw new Error(`${host.name}: ${line}: ${stdout}${stderr}`);
    return String(stdout).trim();
  }

  /** As if a tool had never been here: its app, its account, what packages were cached, and what it keeps for all apps. */
  async forget(tool: Tool, hosts: number): Promise<void> {
    await tool.forget?.();
    const { app, keeps = [] } = tool;
    const line = `supervisorctl stop ${app}; rm -f /etc/supervisor/conf.d/${app}.conf /etc/profile.d/${app}.sh; supervisorctl update
      rm -rf ${[`/opt/${app}`, "/root/.cache", ...keeps].join(" ")}; true`;
    await Promise.all(this.hosts.slice(0, hosts).map((host) => this.on(host, line)));
  }

  /** Round trips of a connection that is made and closed. */
  async handshake(): Promise<number> {
    const relay = this.#relays[0]!;
    relay.take();
    const client = new Client();
    await new Promise<void>((resolve, reject) => {
      client.on("ready", resolve).on("error", reject);
      const privateKey = readFileSync(keyFiles(this.directory).identity);
      client.connect({ host: "127.0.0.1", port: this.#ways[0]!.port, username: "root", privateKey });
    });
    client.end();
    return relay.take().roundTrips;
  }

  async #prepare(host: SandboxHost, port: number): Promise<void> {
    await this.#sandbox.bring(host, "git", "python3", "python3-venv", "supervisor", "sudo", "curl");
    await this.on(
      host,
      `supervisorctl status >/dev/null 2>&1 || service supervisor start
       gateway=$(awk '$2 == "00000000" { print $3; exit }' /proc/net/route | sed 's/../0x& /g' | awk '{ print $4, $3, $2, $1 }')
       gateway=$(printf '%d.%d.%d.%d' $gateway)
       printf '[global]\\nindex-url = http://%s:${port}/simple/\\ntrusted-host = %s\\n' $gateway $gateway >/etc/pip.conf`,
    );
  }

  async #wheels(python: string): Promise<string> {
    const directory = join(this.directory, "wheels");
    mkdirSync(directory, { recursive: true });
    const machine = { arm64: "aarch64", x64: "x86_64" }[arch() as "arm64" | "x64"];
    const platforms = ["manylinux2014", "manylinux_2_17", "manylinux_2_28"].map((name) => `${name}_${machine}`);
    // Debian 12's Python, whatever runs here.
    const target = ["--only-binary=:all:", "--implementation=cp", "--python-version=3.11"];
    const download = (...words: string[]) =>
      execa(join(python, "bin/pip"), [
        ...["download", "--quiet", "--dest", directory, ...target, ...platforms.flatMap((one) => ["--platform", one])],
        ...words,
      ]);
    await download("-r", join(this.directory, "app/requirements.txt"));
    for (const server of servers) await download("--no-deps", `uvicorn==${server}`);
    const { stdout } = await execa("python3", ["-c", "import managers; print(*managers.TOOLS['uv'])"], {
      cwd: join(__dirname, "..", "conf/venv"),
    });
    await download("--no-deps", ...stdout.split(" "));
    return directory;
  }

  #ground(ways: readonly Way[]): Ground {
    const { identity } = keyFiles(this.directory);
    const [sshConfig, knownHosts] = ["ssh_config", "known"].map((name) => join(this.directory, name)) as [
      string,
      string,
    ];
    writeFileSync(knownHosts, ways.map(({ port, hostKey }) => `[127.0.0.1]:${port} ${hostKey}\n`).join(""));
    const common = `  HostName 127.0.0.1\n  User root\n  IdentityFile ${identity}\n  UserKnownHostsFile ${knownHosts}\n  StrictHostKeyChecking yes\n`;
    writeFileSync(sshConfig, ways.map(({ name, port }) => `Host ${name}\n  Port ${port}\n${common}`).join(""));
    const repository = `file:///srv/git/${sample}.git`;
    return { directory: this.directory, ways, identity, sshConfig, knownHosts, repository };
  }

  async #publish(message: string, files: Record<string, string>): Promise<void> {
    const app = join(this.directory, "app");
    for (const [name, text] of Object.entries(files)) writeFileSync(join(app, name), text);
    const git = (...words: string[]) => execa("git", ["-C", app, ...words]);
    await git("add", "--all");
    await git("commit", "--quiet", "--message", message);
    await git("push", "--quiet");
  }
}

/** Conf and alias that a tool's app has in the repository. */
function confsOf(app: string, port: number): [string, string][] {
  const conf = `[program:${app}]
command=/opt/${app}/venv/bin/litestar --app app:app run --host 0.0.0.0 --port ${port}
directory=/opt/${app}/src
autostart=true
autorestart=true
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile=/var/log/${app}.log
stdout_logfile_backups=10
`;
  const alias = `alias ${app}='supervisorctl status ${app}'\n`;
  return [
    [`server/${app}.conf`, conf],
    [`server/${app}.sh`, alias],
  ];
}
