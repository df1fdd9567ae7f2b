import { type Command, script } from "./shell";

/**
 * Nothing in apt itself waits for the lock of its lists, which a new machine's own first update may hold. A list that
 * can't be had is no failure to apt, as the package may be in another one: it is told where one was not found.
 */
const installer = `
end=$(($(date +%s) + 300))
until said=$(apt-get -q -o Acquire::Retries=3 update 2>&1); do
  case $said in
    *"Could not get lock"*) [ "$(date +%s)" -lt "$end" ] && sleep 2 && continue ;;
  esac
  printf '%s\\n' "$said" >&2
  exit 100
done
printf '%s\\n' "$said"
apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" && exit
code=$?
printf '%s\\n' "$said" | grep '^[EW]:' >&2
exit "$code"`;

/** Installs Debian packages, as soon as no other apt holds a lock (each is waited for 300 s at most). */
export const install = (packages: readonly string[]): Command => ({
  ...script(installer, ...packages),
  what: `install ${packages.join(", ")}`,
  env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
  timeout: 2700,
});
