import { type Command, script } from "./shell";

/**
 * What a network does for a moment must not end an update, nor must another apt: each run of apt is patient with both.
 *
 * - A server that breaks off is asked again. Never with apt's own pause before it (`Delay`): where a second server has
 *   nothing more to give meanwhile, apt 2.6 does not wake up from it. What it gives up (e.g. a 503) is tried thrice.
 * - Nothing in apt ends a server that trickles. Its lists have a limit, as that may be killed at any moment.
 * - Nothing in apt waits for the lock of its lists, which a new machine's own first update may hold.
 *
 * A list that can't be had is no failure to apt, as the package may be in another one: it is told where one was not found.
 */
const installer = `
limit=$1
shift
apt="apt-get -q -o Acquire::Retries=3 -o Acquire::Retries::Delay=false -o DPkg::Lock::Timeout=300"
patiently() {
  end=$(($(date +%s) + 300)) left=3
  while :; do
    { said=$("$@" 2>&1 >&3); } 3>&1
    code=$?
    case $code$said in
      124*) said="$said it has not ended within $limit s: $*" left=$((left - 1)) ;;
      [!0]*"Could not get lock"*) [ "$(date +%s)" -lt "$end" ] || left=0 ;;
      *"Failed to fetch"*) left=$((left - 1)) ;;
      *) left=0 ;;
    esac
    [ "$left" -gt 0 ] || return 0
    sleep 3
  done
}
patiently timeout --foreground -k 10 "$limit" $apt update
[ "$code" = 0 ] || { printf '%s\\n' "$said" >&2; exit 100; }
missed=$(printf '%s\\n' "$said" | grep '^W: Failed to fetch')
patiently $apt install -y --no-install-recommends "$@"
printf '%s\\n' "$said" >&2
[ "$code" = 0 ] || printf '%s\\n' "$missed" >&2
exit "$code"`;

/**
 * Installs Debian packages, as soon as no other apt holds a lock (each is waited for 300 s at most).
 *
 * `limit`: seconds for the lists of packages, each of the three times that they are tried.
 */
export const install = (packages: readonly string[], limit = 600): Command => ({
  ...script(installer, String(limit), ...packages),
  what: `install ${packages.join(", ")}`,
  env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
  timeout: 2700,
});
