"""What the updates by hand share: options, the question, and an activation told in the documented words."""
import json
import os
import sys
import time

import detach
import lock
import places
import recover

MESSAGES = {
    "stop": " > Stopping service...",
    "hooks": " > Running hooks...",
    "conf": " > Updating Supervisor and shell configurations...",
    "update": " > Reloading Supervisor configuration...",
    "start": " > Starting service...",
}


def who():
    return os.environ.get("SUDO_USER", "root") + "@" + os.uname().nodename


class Wrong(Exception):
    """An option that is none."""


def options(words, known):
    """`--yes` → {"yes": True}, `--wait` or `--wait 30` → {"wait": 30.0}."""
    found, rest = {}, list(words)
    while rest:
        word = rest.pop(0)
        name, _, value = word.lstrip("-").partition("=")
        name = {"y": "yes", "n": "number"}.get(name, name)
        if not word.startswith("-") or name not in known:
            raise Wrong("Unknown option: %s" % word)
        if known[name] is None:
            found[name] = True
            continue
        if not value and rest and rest[0].replace(".", "", 1).isdigit():
            value = rest.pop(0)
        try:
            found[name] = float(value) if value else known[name]
        except ValueError:
            raise Wrong("%s should be followed by a number (got %s)" % (word, value))
    return found


# What every update by hand can be told.
OPTIONS = {"yes": None, "wait": 600.0, "overwrite-local-changes": None}


def current(state, wait):
    """The active release; says what to do where there is none. What died before is ended first."""
    recover.main(state, who(), wait)
    job = places.read_json(state.current)
    if job is None:
        print("%s has no release yet: the first one comes from `pulumi up`." % state.app, file=sys.stderr)
    return job


def activate(state, job, news, wait):
    """Activates the job with these changes; the exit code."""
    id = "%s-%d" % (time.strftime("%Y%m%dT%H%M%S", time.gmtime()), os.getpid())
    job = {**job, **news, "id": id, "who": who(), "wait": wait, "previous": None}
    directory = state.job(id)
    os.makedirs(directory, mode=0o700)
    places.write(directory + "job.json", json.dumps(job))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(writing, 1)
        try:
            os._exit(detach.start(state, id) or 0)
        except lock.Busy as busy:
            print(busy, file=sys.stderr, flush=True)
            os._exit(75)
    os.close(writing)
    result = {"outcome": "unknown"}
    for line in os.fdopen(reading):
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if told.get("step") in MESSAGES:
            print(MESSAGES[told["step"]], flush=True)
        if "say" in told:
            print("   " + told["say"], flush=True)
        result = told.get("result", result)
    _, status = os.waitpid(child, 0)
    return 75 if os.WEXITSTATUS(status) == 75 else tell(state, job, result)


def tell(state, job, result):
    if result["outcome"] == "done":
        print("Update process complete.")
        if job["start"]:
            paused = "" if result["pause"] is None else ", paused %d ms" % result["pause"]
            print("   %s serves %s%s." % (state.app, job["commit"][:7], paused))
        else:
            print("   %s is stopped; `%s start` starts it." % (state.app, state.app))
        return 0
    print("Update failed at %s: %s" % (result.get("step", "start"), result.get("cause", "it is not known why")), file=sys.stderr)
    for line in result.get("log", []):
        print("  | " + line, file=sys.stderr)
    if result["outcome"] == "rolled-back":
        print("The version before is back." if not result.get("unhealthy") else "The version before is in place but not healthy: " + result["unhealthy"], file=sys.stderr)
    elif result["outcome"] == "refused":
        print("Nothing was touched.", file=sys.stderr)
    elif result["outcome"] == "stuck":
        print("It could not be rolled back: %s. The next command tries again." % "; ".join(result.get("missing", [])), file=sys.stderr)
    return 1
