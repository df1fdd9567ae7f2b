import { includedBy } from "../../conf/supervisord";
import { type Command, type Fact, script } from "./shell";
import { readSupervisorctl, type Trouble } from "./supervisorctl";

/** What a host has of the software that we stand on. */
export interface Software {
  /** Which of the asked packages are installed. */
  installed: string[];
  /** supervisord answers on its socket. */
  answering: boolean;
  /** Why it does not. */
  trouble?: Trouble;
  /** Version of supervisord, e.g. `4.2.5`. */
  supervisor?: string;
  /** Version of python3, e.g. `3.11.2`. */
  python?: string;
  /** Where a program's conf goes, from the `[include]` of supervisord's own configuration. */
  confDirectory?: string;
  /** What its name must end in, e.g. `.conf`. */
  confSuffix?: string;
}

const mainConf = "/etc/supervisor/supervisord.conf";

// One program for all of it; `|| :` because "not there" is an answer.
const look = `
command -v dpkg-query >/dev/null || { echo "this is no Debian or Ubuntu: dpkg-query is not there" >&2; exit 3; }
echo "installed $(dpkg-query -W -f '\${db:Status-Status}=\${Package} ' "$@" 2>/dev/null | tr ' ' '\\n' | sed -n 's/^installed=//p' | tr '\\n' ' ')"
said=$(supervisorctl version 2>&1 </dev/null); echo "supervisorctl $?"; printf '%s\\n' "$said" | sed 's/^/| /'
echo "python $(python3 -c 'import platform; print(platform.python_version())' 2>/dev/null || :)"
echo conf
cat ${mainConf} 2>/dev/null || :`;

export const software = (packages: readonly string[]): Fact<Software> => ({
  command: script(look, ...packages),
  parse: ({ stdout }) => {
    const [head = "", ...conf] = stdout.split(/^conf\n/m);
    const value = (key: string) => new RegExp(`^${key} (.*)$`, "m").exec(head)?.[1]?.trim() ?? "";
    const said = head.replace(/^(?!\| ).*\n?/gm, "").replace(/^\| /gm, "");
    const { version, trouble } = readSupervisorctl({
      exitCode: Number(value("supervisorctl")),
      stdout: said,
      stderr: said,
    });
    const include = includedBy(conf.join("conf\n"), mainConf);
    return {
      installed: value("installed").split(" ").filter(Boolean).sort(),
      answering: version !== undefined,
      ...(version === undefined ? { trouble: trouble ?? "unknown" } : { supervisor: version }),
      ...(value("python") === "" ? {} : { python: value("python") }),
      ...(include === undefined ? {} : { confDirectory: include.directory, confSuffix: include.suffix }),
    };
  },
});

// Nothing in apt itself waits for the lock of its lists, which a new machine's own first update may hold.
const update = `
end=$(($(date +%s) + 300))
until said=$(apt-get -q update 2>&1); do
  case $said in
    *"Could not get lock"*) [ "$(date +%s)" -lt "$end" ] && sleep 2 && continue ;;
  esac
  printf '%s\\n' "$said" >&2
  exit 100
done
printf '%s\\n' "$said"`;

/** Brings packages, waiting for another apt that holds the lock. */
export const install = (packages: readonly string[]): Command[] => {
  const apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"];
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  return [
    { ...script(update), what: "apt-get update", env, timeout: 900 },
    { words: [...apt, "install", "-y", "--no-install-recommends", ...packages], env, timeout: 1800 },
  ];
};

/** Starts supervisord now and at each boot, by whatever init the host has, and waits until it answers. */
export const enableSupervisord: Command = {
  ...script(`
if [ -d /run/systemd/system ]; then systemctl enable --now supervisor
else update-rc.d supervisor defaults >/dev/null 2>&1; service supervisor start; fi
i=0
until supervisorctl version >/dev/null 2>&1; do
  i=$((i + 1))
  [ "$i" -lt 100 ] || { echo "supervisord does not answer 10 s after its start: $(supervisorctl version 2>&1)" >&2; tail -n 20 /var/log/supervisor/supervisord.log >&2; exit 1; }
  sleep 0.1
done`),
  timeout: 60,
};
