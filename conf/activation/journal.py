"""What happened, on disk before it is done; and lines for whoever follows."""
import json
import os
import time

from places import sync, write


def milliseconds():
    """Monotonic, and across processes: the wall clock may jump."""
    with open("/proc/uptime") as uptime:
        return int(float(uptime.read().split()[0]) * 1000)


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def note(state, id, **what):
    """One line of the journal, on disk when this returns."""
    new = not os.path.exists(state.journal)
    with open(os.open(state.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as journal:
        journal.write(json.dumps({"at": now(), "id": id, **what}) + "\n")
        journal.flush()
        os.fsync(journal.fileno())
    if new:
        sync(state.top)


def every(state):
    """The whole journal, the oldest entry first."""
    try:
        with open(state.journal) as journal:
            lines = journal.read().splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue  # the last line of a crash
    return found


def entries(state, id):
    """The journal of one activation."""
    return [entry for entry in every(state) if entry.get("id") == id]


def prune(state, limit=1 << 20):
    """Leaves the newer half of a journal that has grown large."""
    if os.stat(state.journal).st_size > limit:
        kept = every(state)
        write(state.journal, "".join(json.dumps(entry) + "\n" for entry in kept[len(kept) // 2:]))


def say(**what):
    """A line for the follower: {step}, {say} or {result}. It is no reason to fail: a full disk takes none."""
    try:
        print(json.dumps(what), flush=True)
    except OSError:
        pass
