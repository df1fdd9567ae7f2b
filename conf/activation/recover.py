"""Finds an activation that died and ends it: proven and finished, or rolled back. Runs at the next run, and at a boot."""
import json
import os

import check
import lock
import places
from activation import Activation
from journal import entries, say
from rollback import Rollback
from supervisord import Down, Refused


def recover(state):
    """Under the lock: whoever was at it is dead. What came of it, None when there was nothing."""
    id = (places.read(state.open) or "").strip()
    if not id:
        return None
    job, old = places.read_json(state.job(id, "job.json")), places.read_json(state.job(id, "old.json"))
    if job is None or old is None:
        raise RuntimeError("the activation %s is open and its job is gone: see %s" % (id, state.job(id)))
    activation = Activation(state, job)
    steps = [entry["step"] for entry in entries(state, id) if "step" in entry]
    last = steps[-1] if steps else "stop"
    say(say="the update %s died at %s: it is ended first" % (id, last))
    rolling = any(entry.get("event") == "roll back" for entry in entries(state, id))
    if last in ("check", "finish") and not rolling:
        try:
            check.running(activation.supervisord, job)
            result = activation.finish({"outcome": "done", "pause": None, "before": old["commit"], "commit": job["commit"]})
            return write(state, id, result)
        except (check.Unhealthy, Down, Refused) as error:
            last = "%s, and %s" % (last, error)
    return write(state, id, {**Rollback(activation, old).run(last, "its activation died"), "step": last, "cause": "its activation died"})


def write(state, id, result):
    path = state.job(id, "result.json")
    if not os.path.exists(path):
        places.write(path, json.dumps(result))
    return result


def main(state):
    """At a boot, as supervisord's child."""
    held = lock.take(state, "recovery")
    try:
        recover(state)
    finally:
        os.close(held)
    return 0
