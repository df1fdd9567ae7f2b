"""One activation at a time. The kernel holds the lock and frees it when its holders have ended: nothing to go stale."""
import fcntl
import os
import time

from journal import now


class Busy(Exception):
    pass


def take(state, who, commit="", wait=0.0, tell=lambda text: None):
    """
    Takes the lock, waiting `wait` seconds for another holder, and no longer than whoever asked is there. The descriptor is
    kept by whoever inherits it.
    """
    os.makedirs(state.top, exist_ok=True)
    descriptor = os.open(state.lock, os.O_RDWR | os.O_CREAT, 0o600)
    end = time.monotonic() + wait
    parent, told = os.getppid(), ""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError:
            # Who holds it is text; that it is held was asked of the kernel.
            holder = os.pread(descriptor, 1000, 0).decode("utf-8", "replace").strip() or "somebody"
            if time.monotonic() >= end or os.getppid() != parent:
                os.close(descriptor)
                raise Busy("another update of %s is going on: %s" % (state.app, holder))
            if holder != told:
                tell("waiting for another update of %s: %s" % (state.app, holder))
                told = holder
            time.sleep(0.2)
    # git inherits it: an activation that was killed is not over while its git still writes.
    os.set_inheritable(descriptor, True)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, ("%s since %s%s" % (who, now(), " for " + commit[:7] if commit else "")).encode(), 0)
    return descriptor
