"""Whether it truly runs: the same processes for long enough, and the app's own answer."""
import os
import time
import urllib.error
import urllib.request

from journal import milliseconds
from supervisord import STOPPED, Down, Refused

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
SHOWN = 40


class Unhealthy(Exception):
    pass


def ask(health, timeout=2.0, opener=opener):
    """None when the app answers as it should, else what is wrong."""
    try:
        with opener.open(health["url"], timeout=timeout) as answer:
            status, body = answer.status, answer.read(1 << 20)
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read(1 << 20)
    except Exception as error:
        return "no answer (%s)" % getattr(error, "reason", error)
    if status != health["status"]:
        return "it answers %d instead of %d" % (status, health["status"])
    if health.get("text") and health["text"].encode() not in body:
        return "its answer does not contain %r" % health["text"]
    return None


def wrong(processes, health):
    """What is wrong with it at this moment, None when nothing is."""
    if not processes:
        return "supervisord knows no process of it"
    for one in processes:
        if one["statename"] != "RUNNING":
            return fate(one) or "%s is %s" % (one["name"], one["statename"])
    return ask(health) if health else None


def fate(process):
    """How a process ended that should run; None for one that runs or is about to."""
    name, state = process["name"], process["statename"]
    why = process["spawnerr"] or process["description"]
    if state == "BACKOFF":
        return "%s is BACKOFF: it ends before startsecs are over (%s)" % (name, why)
    if state == "FATAL":
        return "%s is FATAL: every try to start it failed (%s)" % (name, why)
    if state == "EXITED":
        return "%s is EXITED: it ended by itself with exit code %s" % (name, process["exitstatus"])
    return "%s is %s: %s" % (name, state, why) if state in STOPPED else None


def running(supervisord, job, watch):
    """
    Returns when it is proven: no process dies in startsecs and a margin, and the health URL answers as it should. Notes
    the first sign of life in `watch.served` (ms). Raises Unhealthy.
    """
    health = job.get("health")
    window = (job["startsecs"] + job["margin"]) * 1000
    begun = milliseconds()
    timeout = health["timeout"] * 1000 if health else 5000
    first, pids, since, answer = None, None, None, "no answer yet"
    while True:
        now = milliseconds()
        processes = supervisord.processes(job["group"])
        states = {one["statename"] for one in processes}
        if not processes:
            raise Unhealthy("supervisord knows no process of it")
        ended = [told for told in map(fate, processes) if told]
        if ended:
            raise Unhealthy(ended[0])
        seen = {one["name"]: one["pid"] for one in processes}
        if pids is not None and seen != pids:
            dead = next(name for name in {**pids, **seen} if pids.get(name) != seen.get(name))
            raise Unhealthy("%s died %.1f s after its start and was started again: it flaps" % (dead, (now - begun) / 1000))
        if pids is None:
            pids, since = seen, now
        is_proven = states == {"RUNNING"} and now - since >= window
        if health and (first is None or is_proven):
            # Not longer than is left: who waits for an answer is not served meanwhile.
            answer = ask(health, min(2.0, max(0.2, (begun + timeout - now) / 1000.0)) if first is None else 2.0)
        if first is None and (answer is None if health else states == {"RUNNING"}):
            first = milliseconds()
            watch.served = watch.served or first
        if first is not None and is_proven and (not health or answer is None):
            return
        # In `timeout` it must have become healthy, and then it must stay so until its window is over.
        if now - begun > (timeout if first is None else timeout + window):
            raise Unhealthy("%s in %g s: %s" % (health["url"], health["timeout"], answer) if health else "it is still %s" % ", ".join(states))
        time.sleep(0.05 if first is None else 0.1)


def logs_of(supervisord, groups):
    """Where supervisord writes what the processes say."""
    try:
        processes = [one for group in groups for one in supervisord.processes(group)]
    except (Down, Refused):
        return []
    return [path for one in processes for path in (one["stdout_logfile"], one["stderr_logfile"]) if path]


def log_sizes(supervisord, groups, programs):
    """How long the logs are before a start, by path."""
    announced = [path for program in programs for path in (program["stdout_logfile"], program["stderr_logfile"]) if path]
    return {path: os.stat(path).st_size for path in logs_of(supervisord, groups) + announced if os.path.isfile(path)}


def log_since(sizes, supervisord, groups):
    """The last lines that were logged since: of this start, not of an older one. A log that is new counts from its start."""
    lines = []
    for path in dict.fromkeys([*sizes, *logs_of(supervisord, groups)]):
        try:
            with open(path, "rb") as log:
                size = os.fstat(log.fileno()).st_size
                before = sizes.get(path, 0)
                log.seek(max(before if before <= size else 0, size - (64 << 10)))
                lines += log.read().decode("utf-8", "replace").splitlines()
        except OSError:
            continue
    return lines[-SHOWN:]
