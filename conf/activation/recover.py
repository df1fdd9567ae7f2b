"""
Finds an activation that died and ends it: proven and finished, or rolled back. Runs at the next run, at a boot, before a
command on the host, and for a follower who sees it die.
"""
import json
import os

import check
import lock
import places
from activation import Activation
from journal import entries, milliseconds, say
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
    noted = entries(state, id)
    activation = Activation(state, job)
    activation.begun = begun(noted)
    steps = [entry["step"] for entry in noted if "step" in entry]
    last = steps[-1] if steps else "stop"
    say(say="the update %s died at %s: it is ended first" % (id, last))
    rolling = any(entry.get("event") == "roll back" for entry in noted)
    cause = "its activation died"
    if last in ("check", "finish") and not rolling:
        try:
            check.running(activation.supervisord, job, activation)
            # It served long before it was found again, where it had been seen to.
            activation.served = noted[-1].get("served") or activation.served
            result = {"outcome": "done", "pause": activation.pause(old), "before": old["commit"], "commit": job["commit"]}
            return write(state, id, activation.finish(result))
        except (check.Unhealthy, Down, Refused) as error:
            cause = "its activation died, and %s" % error
    rolled = Rollback(activation, old).run(last, cause)
    return write(state, id, {**rolled, "step": last, "cause": cause, "before": old["commit"]})


def begun(noted):
    """When its pause began, on a clock that a boot sets back: then it is not known."""
    uptimes = [entry["uptime"] for entry in noted if entry.get("event") == "begin" and "uptime" in entry]
    return uptimes[-1] if uptimes and uptimes[-1] <= milliseconds() else None


def write(state, id, result):
    path = state.job(id, "result.json")
    if not os.path.exists(path):
        places.write(path, json.dumps(result))
    return result


def main(state, who="recovery", wait=0.0):
    """Nothing to do where nothing died; raises Busy where somebody is at it."""
    if not os.path.exists(state.open):
        return None
    held = lock.take(state, who, wait=wait)
    try:
        return recover(state)
    finally:
        os.close(held)
