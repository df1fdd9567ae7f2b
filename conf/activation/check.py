"""Whether it truly runs: the same processes for long enough, and the app's own answer."""
import os
import time
import urllib.error
import urllib.request

from journal import milliseconds
from supervisord import STOPPED

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Unhealthy(Exception):
    pass


def ask(health, timeout=2.0):
    """None when the app answers as it should, else what is wrong."""
    try:
        with opener.open(health["url"], timeout=timeout) as answer:
            status, body = answer.status, answer.read(1 << 20)
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read(1 << 20)
    except Exception as error:
        return str(getattr(error, "reason", error))
    if status != health["status"]:
        return "it answers %d instead of %d" % (status, health["status"])
    if health.get("text") and health["text"].encode() not in body:
        return "its answer does not contain %r" % health["text"]
    return None


def running(supervisord, job):
    """Returns when it is proven, with the time of the first sign of life (ms); raises Unhealthy."""
    health = job.get("health")
    window = (job["startsecs"] + job["margin"]) * 1000
    begun = milliseconds()
    patience = (health["timeout"] if health else 0) * 1000 + window + 5000
    first, pids, since, wrong = None, None, None, "no answer yet"
    while True:
        now = milliseconds()
        processes = supervisord.processes(job["group"])
        states = {one["statename"] for one in processes}
        if not processes:
            raise Unhealthy("supervisord knows no process of it")
        bad = [one for one in processes if one["statename"] in STOPPED or one["statename"] == "BACKOFF"]
        if bad:
            raise Unhealthy("%s is %s: %s" % (bad[0]["name"], bad[0]["statename"], bad[0]["spawnerr"] or bad[0]["description"]))
        seen = {one["name"]: one["pid"] for one in processes}
        if pids is not None and seen != pids:
            raise Unhealthy("it died and was started again %.1f s after its start" % ((now - begun) / 1000))
        if pids is None:
            pids, since = seen, now
        if health and (first is None or now - since >= window):
            wrong = ask(health)
            if wrong is None and first is None:
                first = milliseconds()
        elif not health and first is None and states == {"RUNNING"}:
            first = milliseconds()
        if first is not None and now - since >= window and states == {"RUNNING"} and (not health or wrong is None):
            return first
        if now - begun > patience:
            raise Unhealthy("%s in %d s: %s" % (health["url"], health["timeout"], wrong) if health else "it is still %s" % ", ".join(states))
        time.sleep(0.02 if first is None else 0.1)


def log_size(path):
    try:
        return os.stat(path).st_size if path else 0
    except OSError:
        return 0


def log_since(path, offset, count=40):
    """The last lines that were logged since: of this start, not of an older one."""
    try:
        with open(path, "rb") as log:
            size = os.fstat(log.fileno()).st_size
            log.seek(max(offset if offset <= size else 0, size - (64 << 10)))
            return log.read().decode("utf-8", "replace").splitlines()[-count:]
    except (OSError, TypeError):
        return []
