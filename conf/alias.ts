/**
 * `exampleapp start|stop|…` for the people on the host, as a program (for cron, sudo and shells that read no profile)
 * and as a function of the same name that calls it.
 */
export interface AliasArgs {
  /** Name of app, program and command. */
  app: string;
  /** Directory of the programs update, rollback, log and recover. @default `/var/lib/supervised/<app>` */
  state?: string;
  /** How supervisorctl is called on the host, as shell. @default `supervisorctl` */
  supervisorctl?: string;
}

/** Where the program is installed. */
export const commandPath = (app: string): string => `/usr/local/bin/${app}`;

/** The file for /etc/profile.d: a function that every POSIX shell defines; nothing where the name can't be one. */
export const renderAlias = ({ app }: AliasArgs): string =>
  [
    `# Made by supervised: ${app} start|stop|restart|status|watch|update|rollback|log|help`,
    ...(/^[a-z_]\w*$/.test(app) ? [`${app}() { sh ${commandPath(app)} "$@"; }`] : []),
    "",
  ].join("\n");

/** The program itself. A subprocess: nothing of the caller's shell (directory, variables) is touched. */
export const renderCommand = ({
  app,
  state = `/var/lib/supervised/${app}`,
  supervisorctl = "supervisorctl",
}: AliasArgs): string => `#!/bin/sh
# Made by supervised: ${app} start|stop|restart|status|watch|update|rollback|log|help
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif [ -t 0 ]; then sudo "$@"
  else sudo -n "$@"
  fi
}

# An update that died in the middle is ended before anything else is done; one that goes on is not disturbed.
recover() { [ ! -e "${state}/open" ] || as_root sh "${state}/recover" >/dev/null; }

# A process of a group of several is addressed by its group.
processes() {
  case $(as_root ${supervisorctl} status "${app}:*" 2>&1) in
    *"no such group"*) echo ${app} ;;
    *) echo "${app}:*" ;;
  esac
}

case \${1-help} in
  start)
    recover || exit
    echo "Starting ${app}..."
    as_root ${supervisorctl} start "$(processes)"
    ;;

  stop)
    recover || exit
    echo "Stopping ${app}..."
    as_root ${supervisorctl} stop "$(processes)"
    ;;

  restart)
    recover || exit
    echo "Restarting ${app}..."
    as_root ${supervisorctl} restart "$(processes)"
    ;;

  status)
    recover
    echo "Checking status of ${app}..."
    as_root ${supervisorctl} status "$(processes)"
    ;;

  watch)
    echo "Tailing logs for ${app}..."
    as_root ${supervisorctl} tail -f "\${2-${app}}"
    ;;

  update | rollback | log)
    word=$1
    shift
    as_root sh "${state}/$word" "$@"
    ;;

  help)
    cat <<'EOF'
Available options:
  ${app} start    - Start the ${app} service
  ${app} stop     - Stop the ${app} service
  ${app} restart  - Restart the ${app} service
  ${app} status   - Check the status of the ${app} service
  ${app} watch    - Tail the logs for the ${app} service
  ${app} update   - Update the ${app} service from its repository (--yes starts it without a question)
  ${app} rollback - Bring the release before back, without network
  ${app} log      - Show what happened: when, who, from and to, the pause (--number N, --json)
update and rollback wait for another one with --wait [SECONDS].
EOF
    ;;

  *)
    echo "Unknown command: $1"
    echo "Use '${app} help' for a list of available commands."
    exit 2
    ;;
esac
`;
