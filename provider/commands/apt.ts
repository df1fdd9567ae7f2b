import { type Command, script } from "./shell";

/**
 * What a network does for a moment must not end an update, nor must another apt: each run of apt is patient with both.
 *
 * - A server that breaks off is asked again. Never with apt's own pause before it (`Delay`): where a second server has
 *   nothing more to give meanwhile, apt 2.6 does not wake up from it. What it gives up (e.g. a 503) is tried thrice.
 * - Nothing in apt waits for the lock of its lists, which a new machine's own first update may hold.
 *
 * A list that can't be had is no failure to apt, as the package may be in another one: it is told where one was not found.
 */
const installer = `
apt() { apt-get -q -o Acquire::Retries=3 -o Acquire::Retries::Delay=false -o DPkg::Lock::Timeout=300 "$@"; }
patiently() {
  end=$(($(date +%s) + 300)) left=3
  while :; do
    { said=$(apt "$@" 2>&1 >&3); } 3>&1
    code=$?
    case $code$said in
      [!0]*"Could not get lock"*) [ "$(date +%s)" -lt "$end" ] || return 0; sleep 2 ;;
      *"Failed to fetch"*) left=$((left - 1)); [ "$left" -gt 0 ] || return 0; sleep 3 ;;
      *) return 0 ;;
    esac
  done
}
patiently update
[ "$code" = 0 ] || { printf '%s\\n' "$said" >&2; exit 100; }
missed=$(printf '%s\\n' "$said" | grep '^W: Failed to fetch')
patiently install -y --no-install-recommends "$@"
printf '%s\\n' "$said" >&2
[ "$code" = 0 ] || printf '%s\\n' "$missed" >&2
exit "$code"`;

/** Installs Debian packages, as soon as no other apt holds a lock (each is waited for 300 s at most). */
export const install = (packages: readonly string[]): Command => ({
  ...script(installer, ...packages),
  what: `install ${packages.join(", ")}`,
  env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
  timeout: 2700,
});
