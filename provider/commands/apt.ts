import { type Command, script } from "./shell";

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
