"""Tells, as JSON, how supervisord is on this host; null where there is none. Changes nothing."""
import json
import os

import known
from daemon import find


def answer(daemon):
    told = {"script": daemon.script, "conf": daemon.conf, "supervisorctl": daemon.supervisorctl()}
    found = known.door(daemon)
    said = known.ask(found, "getSupervisorVersion")
    if said is not None:
        return {**told, "patterns": found["patterns"], "said": said}
    try:
        import door
    except ImportError:  # one that runs on after its files were taken away, or that no library can be had of
        return {**told, "trouble": "unknown", "gone": not os.path.exists(daemon.script)}
    try:
        return {**told, "patterns": door.patterns(daemon), "said": door.proxy(daemon).getSupervisorVersion()}
    except door.Unreadable:
        return {**told, "trouble": "no configuration"}
    except Exception as error:  # as supervisorctl says it
        return {**told, "said": "error: %s, %s" % (type(error), error)}


daemon = find()
print(json.dumps(daemon and answer(daemon)))
