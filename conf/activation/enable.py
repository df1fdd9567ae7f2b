"""Starts supervisord now and, where its init can, at each boot; waits until it answers. Run by supervisord's own interpreter."""
import sys
import time

import boot
import door
from daemon import find

PATIENCE = 10


def answer(daemon):
    try:
        return door.proxy(daemon).getSupervisorVersion(), None
    except Exception as error:
        return None, error


def tail(daemon, lines=20):
    try:
        with open(door.logfile(daemon), "rb") as log:
            return log.read().decode("utf-8", "replace").splitlines()[-lines:]
    except (OSError, TypeError, ValueError, door.Unreadable):
        return []


daemon = find()
try:
    door.read(daemon)
    if daemon.pid is None:
        boot.start(daemon, enable=True)
except (boot.Unstartable, door.Unreadable) as error:
    sys.exit("supervisord is not running: %s" % error)
end = time.monotonic() + PATIENCE
version, error = answer(daemon)
while version is None and time.monotonic() < end:
    time.sleep(0.1)
    version, error = answer(daemon)
if version is None:
    what = "%d s after its start" % PATIENCE if daemon.pid is None else "though it runs (process %d)" % daemon.pid
    sys.exit("\n".join(["supervisord does not answer %s, by %s: %s" % (what, daemon.conf, error)] + tail(daemon)))
