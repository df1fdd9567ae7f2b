"""An activation on its own feet: a cut link or a closed laptop ends the follower, not the activation."""
import fcntl
import json
import os
import sys
import time
import traceback

import lock
import places
import recover
from journal import entries, say
from journal import prune as prune_journal


def start(state, id):
    """Takes the lock, leaves a child with it, and follows that. "Busy" is answered before anything is left behind."""
    job = places.read_json(state.job(id, "job.json"))
    held = lock.take(state, job["who"], job["commit"], job["wait"], lambda text: say(say=text))
    previous = (job.get("previous") or {}).get("app")
    if previous and previous != state.app and os.path.isdir(places.State(previous).top):
        lock.take(places.State(previous), job["who"], job["commit"], job["wait"])
    if os.path.exists(state.job(id, "result.json")):
        return follow(state, id)
    # Held by the child alone in the end: it tells followers that the activation goes on.
    alive = os.open(state.job(id, "alive"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(alive, fcntl.LOCK_EX)
    if os.fork() == 0:
        os.setsid()
        run(state, job)
        os._exit(0)
    # The child has both locks, and alone decides when they end.
    os.close(held)
    os.close(alive)
    return follow(state, id)


def run(state, job):
    """The child: its output is a file, which followers read."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    log = os.open(state.job(job["id"], "log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        result = activate(state, job)
    except Exception:
        traceback.print_exc()
        result = {"outcome": "stuck", "step": "prove", "cause": traceback.format_exc(limit=1).splitlines()[-1]}
    places.write(state.job(job["id"], "result.json"), json.dumps(result))
    try:
        words_by_hand(state)
        prune(state, job["id"])
    except OSError:
        pass  # a full disk: the next run does it


def activate(state, job):
    from activation import Activation

    before = recover.recover(state)
    if before is not None and before["outcome"] == "stuck":
        return {**before, "cause": "an earlier update could not be rolled back: " + "; ".join(before.get("missing", []))}
    return Activation(state, job).run()


def follow(state, id, offset=0):
    """Prints what the activation prints, until it has ended; then its result."""
    if not os.path.exists(state.job(id, "job.json")):
        print("%s was never started" % id, file=sys.stderr)
        return 3
    alive = os.open(state.job(id, "alive"), os.O_RDWR | os.O_CREAT, 0o600)
    with open(os.open(state.job(id, "log"), os.O_RDONLY | os.O_CREAT, 0o600), "rb") as log:
        log.seek(offset)
        ended = False
        while True:
            chunk = log.read()
            if chunk:
                sys.stdout.buffer.write(chunk)
                sys.stdout.flush()
            elif ended:
                break
            else:
                time.sleep(0.03)
            if not ended:
                try:
                    fcntl.flock(alive, fcntl.LOCK_SH | fcntl.LOCK_NB)
                    ended = True
                except OSError:
                    pass
    say(result=outcome(state, id) or {"outcome": "unknown", "cause": "the activation was killed; the next run ends it"})
    return 0


def outcome(state, id):
    """Its result; of one that died what comes of it now. None when that can't be known."""
    path = state.job(id, "result.json")
    if not os.path.exists(path):
        try:
            recover.main(state, wait=60.0)
        except lock.Busy:
            return None
    if os.path.exists(path):
        return places.read_json(path)
    ends = [entry for entry in entries(state, id) if entry.get("event") == "end"]
    return ends[-1] if ends else {"outcome": "refused", "step": "prove", "cause": "it was killed before it began"}


def words_by_hand(state):
    """`exampleapp update` and its like call these: by the interpreter that knows supervisord, and the newest programs."""
    for word in ("update", "rollback", "log", "recover"):
        places.write("%s/%s" % (state.top, word), 'exec %s -B %s %s %s "$@"\n' % (sys.executable, state.programs, word, state.app))


def prune(state, id, keep=20):
    prune_journal(state)
    jobs = state.top + "/jobs"
    names = sorted(os.listdir(jobs), key=lambda name: os.stat(jobs + "/" + name).st_mtime)
    current = (places.read_json(state.current) or {}).get("id")
    for name in names[:-keep]:
        if name not in (id, current):
            for file in os.listdir(jobs + "/" + name):
                os.unlink("%s/%s/%s" % (jobs, name, file))
            os.rmdir(jobs + "/" + name)
    programs = os.path.dirname(state.programs)
    for name in os.listdir(programs):
        path = programs + "/" + name
        # Two hours: no follower of another version is older.
        if path != state.programs and time.time() - os.stat(path).st_mtime > 7200:
            for file in os.listdir(path):
                os.unlink(path + "/" + file)
            os.rmdir(path)
