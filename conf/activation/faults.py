"""For tests: a file `fault` beside the journal, `kill:STEP`, `hang:STEP` or `fail:STEP`, breaks the activation there."""
import os
import signal
import time

from places import read


def fault(state, step):
    what, _, where = (read(state.top + "/fault") or "").strip().partition(":")
    if where != step:
        return
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "hang":
        time.sleep(20)
    if what == "fail":
        raise RuntimeError("a test broke it at " + step)
