import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Call, Ground, Tool } from "./tool";

const app = "ansibleapp";
const top = `/opt/${app}`;

/** As its own guide for fast runs says: no facts, pipelining, one connection that persists. */
const settings = `[defaults]
forks = 8
gathering = explicit
interpreter_python = /usr/bin/python3
retry_files_enabled = False
[connection]
pipelining = True
`;

const playbook = (repository: string) => {
  const copy = (name: string, from: string, to: string, notify?: string) => ({
    name,
    "ansible.builtin.copy": { remote_src: true, src: `${top}/server/${from}`, dest: to, mode: "0644" },
    ...(notify ? { notify } : {}),
  });
  return [
    {
      hosts: "all",
      gather_facts: false,
      tasks: [
        {
          name: "The checkout",
          "ansible.builtin.git": { repo: repository, dest: top, version: "master", force: true },
          notify: "restart",
        },
        {
          name: "The requirements",
          "ansible.builtin.pip": {
            requirements: `${top}/requirements.txt`,
            virtualenv: `${top}/venv`,
            virtualenv_command: "/usr/bin/python3 -m venv",
          },
          notify: "restart",
        },
        copy("The conf", `${app}.conf`, `/etc/supervisor/conf.d/${app}.conf`, "restart"),
        copy("The alias", `${app}.sh`, `/etc/profile.d/${app}.sh`),
        { name: "The program is known", "community.general.supervisorctl": { name: app, state: "present" } },
        { name: "Restart where something changed", "ansible.builtin.meta": "flush_handlers" },
        { name: "The program runs", "community.general.supervisorctl": { name: app, state: "started" } },
      ],
      handlers: [{ name: "restart", "community.general.supervisorctl": { name: app, state: "restarted" } }],
    },
  ];
};

export class Ansible implements Tool {
  readonly name = "Ansible";
  readonly app = app;
  readonly port = 8012;
  #ground!: Ground;

  constructor(readonly venv: string) {}

  get #place(): string {
    return join(this.#ground.directory, "ansible");
  }

  async prepare(ground: Ground): Promise<void> {
    this.#ground = ground;
    mkdirSync(this.#place, { recursive: true });
    writeFileSync(join(this.#place, "ansible.cfg"), settings);
    writeFileSync(join(this.#place, "site.yml"), stringify(playbook(ground.repository)));
    writeFileSync(join(this.#place, "hosts"), ground.ways.map(({ name }) => `${name}\n`).join(""));
  }

  deploy(hosts: number): Call[] {
    const { ways, sshConfig } = this.#ground;
    const names = ways.slice(0, hosts).map(({ name }) => name);
    const words = [join(this.venv, "bin/ansible-playbook"), "-i", "hosts", "-l", names.join(","), "site.yml"];
    // A run begins without the connections of the one before.
    const control = `-F ${sshConfig} -o ControlMaster=auto -o ControlPersist=60s -o ControlPath=${this.#place}/%n-${Date.now()}`;
    return [
      { words, cwd: this.#place, env: { ANSIBLE_SSH_ARGS: control, PATH: `${this.venv}/bin:${process.env.PATH}` } },
    ];
  }
}
