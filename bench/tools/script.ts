import type { Call, Ground, Tool } from "./tool";

const deploy = (app: string, repository: string) => `
git clone -q ${repository} /opt/${app}
python3 -m venv /opt/${app}/venv
/opt/${app}/venv/bin/pip install -q -r /opt/${app}/requirements.txt
ln -sf /opt/${app}/server/${app}.conf /etc/supervisor/conf.d/${app}.conf
ln -sf /opt/${app}/server/${app}.sh /etc/profile.d/${app}.sh
supervisorctl reread
supervisorctl update
`;

/** The steps in their usual order. */
const update = (app: string) => `
supervisorctl stop ${app}
cd /opt/${app}
git fetch -q --all
git reset -q --hard origin/master
ln -sf /opt/${app}/server/${app}.conf /etc/supervisor/conf.d/${app}.conf
ln -sf /opt/${app}/server/${app}.sh /etc/profile.d/${app}.sh
supervisorctl reread
supervisorctl update
begun=$(date +%s%3N)
venv/bin/pip install -q -r requirements.txt
echo "packages: $(($(date +%s%3N) - begun)) ms"
supervisorctl start ${app}
`;

/** The script that people write by hand, given to a shell over ssh; to all hosts at the same time. */
export class Script implements Tool {
  readonly name = "script";
  readonly app = "scriptapp";
  readonly port = 8011;
  #ground!: Ground;

  async prepare(ground: Ground): Promise<void> {
    this.#ground = ground;
  }

  deploy(hosts: number, isFirst: boolean): Call[] {
    const { ways, sshConfig, repository } = this.#ground;
    const stdin = isFirst ? deploy(this.app, repository) : update(this.app);
    return ways.slice(0, hosts).map(({ name }) => ({ words: ["ssh", "-F", sshConfig, name, "bash -s"], stdin }));
  }

  packages(said: string): number | undefined {
    const told = /^packages: (\d+) ms$/m.exec(said)?.[1];
    return told === undefined ? undefined : Number(told) / 1000;
  }
}
