"""For tests: a file `fault` beside the journal, `kill:STEP`, `hang:STEP` or `fail:STEP`, breaks the activation there."""
import os
import signal
import time

from places import read


def fault(state, step):
    path = state.top + "/fault"
    what, _, where = (read(path) or "").strip().partition(":")
    if where != step:
        return
    if what == "kill":
        os.unlink(path)
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "fail":
        os.unlink(path)
        raise RuntimeError("a test broke it at " + step)
    if what == "hang":
        # Until the test has done its worst and takes the file away.
        end = time.monotonic() + 60
        os.rename(path, path + "-reached")
        while os.path.exists(path + "-reached") and time.monotonic() < end:
            time.sleep(0.02)
