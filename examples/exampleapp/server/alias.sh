# exampleapp start|stop|restart|status|watch|update|rollback|log|help, for `alias: server/alias.sh` in the settings.
# A subshell: the caller's directory and variables stay as they are.
exampleapp() (
  as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
  }
  case ${1-help} in
    start)
      echo "Starting exampleapp..."
      as_root supervisorctl start exampleapp
      ;;
    stop)
      echo "Stopping exampleapp..."
      as_root supervisorctl stop exampleapp
      ;;
    restart)
      echo "Restarting exampleapp..."
      as_root supervisorctl restart exampleapp
      ;;
    status)
      echo "Checking status of exampleapp..."
      as_root supervisorctl status exampleapp
      ;;
    watch)
      echo "Tailing logs for exampleapp..."
      as_root supervisorctl tail -f exampleapp
      ;;
    update | rollback | log)
      word=$1
      shift
      as_root sh "/var/lib/supervised/exampleapp/$word" "$@"
      ;;
    help)
      echo "Available options:"
      echo "  exampleapp start    - Start the exampleapp service"
      echo "  exampleapp stop     - Stop the exampleapp service"
      echo "  exampleapp restart  - Restart the exampleapp service"
      echo "  exampleapp status   - Check the status of the exampleapp service"
      echo "  exampleapp watch    - Tail the logs for the exampleapp service"
      echo "  exampleapp update   - Update the exampleapp service from its repository"
      echo "  exampleapp rollback - Bring the release before back, without network"
      echo "  exampleapp log      - Show what happened"
      ;;
    *)
      echo "Unknown command: $1"
      echo "Use 'exampleapp help' for a list of available commands."
      exit 2
      ;;
  esac
)
