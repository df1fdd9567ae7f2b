"""The recovery gate: a supervisord that boots in the middle of an update runs the recovery, and nothing else of the app."""
import os
import sys

import places
from supervisord import Down, Refused


def name(job):
    return job["app"] + "-recover"


def path(job):
    directory, conf = os.path.split(job["conf_path"])
    # What comes after the name is what the pattern of supervisord's [include] asks for.
    return "%s/%s%s" % (directory, name(job), conf[len(job["app"]):])


def put(job, state):
    text = (
        "; Made by supervised while %s is being updated; it goes when the update is over.\n"
        "[program:%s]\ncommand=%s -B %s recover %s\nautorestart=false\nstartsecs=0\n"
        "stdout_logfile=NONE\nstderr_logfile=NONE\n" % (job["app"], name(job), sys.executable, state.programs, job["app"])
    )
    places.write(path(job), text, 0o644)


def take(job, supervisord):
    places.remove(path(job))
    try:
        # A boot in the middle made it a group; the recovery can't take itself away.
        supervisord.drop(name(job))
    except (Down, Refused):
        pass
