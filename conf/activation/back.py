"""`exampleapp rollback`, by hand on the host: the release before, as it was kept. Needs no network."""
import os
import sys

import hand
import releases

# What belongs to the release and not to the place where it is.
TAKEN = ("commit", "venv", "conf", "conf_key", "conf_mode", "alias", "command", "startsecs", "stopwaitsecs", "health", "hooks", "environment", "environment_file", "environment_path")


def main(state, words):
    asked = hand.options(words, hand.OPTIONS)
    wait = asked.get("wait", 0.0)
    job = hand.current(state, wait)
    if job is None:
        return 1
    before = releases.previous(state, job)
    if before is None:
        print("There is no earlier release of %s to go back to." % state.app, file=sys.stderr)
        return 1
    if not os.path.exists(before["venv"] + "/.complete"):
        print("The environment of %s is not there any more." % before["commit"][:7], file=sys.stderr)
        return 1
    print("Rolling %s back: %s → %s..." % (state.app, job["commit"][:7], before["commit"][:7]), flush=True)
    news = {name: before.get(name) for name in TAKEN}
    # The hooks went with the way forward: nothing here can take a migration back.
    news.update(start=True, hooks=[])
    if asked.get("overwrite-local-changes"):
        news["overwrite_local_changes"] = True
    code = hand.activate(state, job, news, wait)
    if code == 0:
        releases.leave(state, job)
    return code
