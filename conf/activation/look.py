"""What of a release is on the host, in one look. Takes one JSON argument, prints one JSON answer; changes nothing."""
import json
import os
import pwd
import subprocess
import sys

import known
import links
from daemon import find

asked = json.loads(sys.argv[1])
state = "/var/lib/supervised/" + asked["app"]
os.environ["LC_ALL"] = "C"


def text(path):
    try:
        with open(path, newline="", encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, TypeError):
        return None


def owner_of(path):
    uid = os.stat(path).st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


# As the account that owns the checkout, in one call. Names end in a NUL each, and behind them is an empty one.
GIT = """
g() { git --no-optional-locks -C "$p" "$@" 2>/dev/null; }
p=$1 active=$2
head=$(g rev-parse -q --verify HEAD) || exit 0
printf '%s\\0' "$head"
g diff --ignore-submodules=untracked --name-only -z HEAD --
printf '\\0'
[ "$active" ] && g cat-file -t "$active" >&2 || active=
g log --format='%h %s' --abbrev=7 --max-count=20 HEAD --not --remotes --tags $active
"""


def tree():
    checkout = asked["checkout"]
    if not os.path.isdir(checkout + "/.git"):
        return {}
    active = (json.loads(text(state + "/current.json") or "{}") or {}).get("commit")
    words = ["runuser", "-u", owner_of(checkout + "/.git"), "--", "sh", "-c", GIT, "sh", checkout, active or ""]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    head, _, rest = done.stdout.decode("utf-8", "replace").partition("\0")
    if not head:
        return {"commit": None, "changed": [], "unpushed": []}
    changed, _, unpushed = ("\0" + rest).partition("\0\0")
    return {"commit": head, "changed": changed.split("\0")[1:][:20], "unpushed": unpushed.splitlines()}


def processes():
    try:
        daemon = find()
        every = known.ask(known.door(daemon), "getAllProcessInfo")
        if every is None:
            import door  # needs supervisor's library, which may not be there yet

            every = door.proxy(daemon).getAllProcessInfo()
        return sorted(one["statename"] for one in every if one["group"] == asked["group"])
    except Exception:
        return None


def health():
    wanted = asked.get("health")
    if not wanted:
        return None
    import urllib.error
    import urllib.request

    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(wanted["url"], timeout=3) as answer:
            status, body = answer.status, answer.read(1 << 20)
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read(1 << 20)
    except Exception as error:
        return str(getattr(error, "reason", error))
    if status != wanted["status"]:
        return "it answers %d" % status
    return "ok" if not wanted.get("text") or wanted["text"].encode() in body else "its text is missing"


def environment():
    """Its text, with a line more where others than its account may read it."""
    path = asked.get("environment_path")
    found = text(path)
    if found is None:
        return None
    status, owner = os.stat(path), owner_of(path)
    # An account may be named by its number.
    is_theirs = asked["environment_owner"] in (owner, str(status.st_uid)) and status.st_mode & 0o777 == 0o600
    return found if is_theirs else found + "# [%s's, mode %o]\n" % (owner, status.st_mode & 0o777)


link = asked["venv_link"]
states = processes()
print(json.dumps({
    **tree(),
    "venv": os.readlink(link) if os.path.islink(link) else None,
    "conf": text(asked["conf_path"]),
    "alias": text(asked["alias_path"]),
    "command": text(asked["command_path"]),
    "environment": environment(),
    "shared": links.states(os.path.dirname(link), asked["shared"]) if asked.get("shared") else None,
    "states": states,
    "health": health() if states and set(states) == {"RUNNING"} else None,
    "owner": json.loads(text(state + "/owner") or "null"),
    "open": (text(state + "/open") or "").strip() or None,
    "failed": json.loads(text(state + "/failed.json") or "{}").get(asked["key"]),
}))
