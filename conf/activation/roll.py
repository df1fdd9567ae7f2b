"""One process after the other, for a program whose socket supervisord holds open: the others go on serving."""
import time

import answer
import check
from journal import milliseconds
from supervisord import Down, Refused


# Another process may always be the first to take a connection. So now and then (ms) several are open at once, at most so many.
CROWD, MOST = 500, 4


def plan(activation):
    """(Its processes by name, to be restarted one by one; why they have to stop together, where it has a socket)."""
    if not activation.job.get("socket"):
        return {}, None
    processes = activation.supervisord.processes(activation.job["group"])
    why = needs_stop(activation, [one["statename"] for one in processes])
    return {} if why else {one["name"]: one["pid"] for one in processes}, why


def needs_stop(activation, states):
    """Why all processes have to stop together; None: one by one is possible."""
    job, supervisord = activation.job, activation.supervisord
    if job.get("previous"):
        return "it is renamed or moved"
    if not job["start"]:
        return "it is to stay stopped"
    if not states:
        return "it is new here"
    if set(states) != {"RUNNING"}:
        return "not all of its processes run"
    if len(states) < 2:
        return "it has one process only"
    if not job["conf_means_the_same"] or supervisord.differs(job["group"]):
        return "its conf changes"
    return "its hooks run before the start" if job.get("hooks") else None


def steps(activation, names):
    """The first one is watched as long as a release is: one that dies late takes no other with it."""
    for number, name in enumerate(names, 1):
        margin = activation.job["margin"] if number == 1 else 0
        yield "restart %d of %d" % (number, len(names)), lambda name=name, margin=margin: restart(activation, name, margin)


def restart(activation, name, margin):
    job, supervisord = activation.job, activation.supervisord
    supervisord.stop(job["group"], job["stopwaitsecs"] + 10, name)
    supervisord.start(job["group"], name)
    prove(supervisord, job, name, margin)


def prove(supervisord, job, name, margin):
    """
    Returns when one process of several is proven: it does not die in startsecs and `margin` seconds, and it has itself
    answered the health URL as it should. Raises Unhealthy.
    """
    health = job.get("health")
    begun = milliseconds()
    window = (job["startsecs"] + margin) * 1000
    timeout = health["timeout"] * 1000 if health else 5000
    pid, is_proven, said, next_crowd = None, not health, "it took no connection", begun + CROWD
    while True:
        processes = supervisord.processes(job["group"])
        process = next((one for one in processes if one["name"] == name), None)
        if process is None:
            raise check.Unhealthy("supervisord knows no process %s" % name)
        told = check.fate(process)
        if told:
            raise check.Unhealthy(told)
        if pid is not None and process["pid"] != pid:
            raise check.Unhealthy("%s died %.1f s after its start and was started again: it flaps" % (name, (milliseconds() - begun) / 1000))
        pid = process["pid"]
        if not is_proven:
            crowded = milliseconds() >= next_crowd
            wrong, is_its_own = answer.ask(health, pid, tries=min(len(processes), MOST) if crowded else 1)
            next_crowd = milliseconds() + CROWD if crowded else next_crowd
            # Where nobody can tell who answers (a proxy is asked, or a unix socket), any answer of one that runs has to do.
            is_proven = wrong is None and (is_its_own or (is_its_own is None and process["statename"] == "RUNNING"))
            said = wrong or said
        if process["statename"] == "RUNNING" and is_proven and milliseconds() - begun >= window:
            return
        if milliseconds() - begun > (timeout + window if is_proven else timeout):
            what = "it is still %s" % process["statename"] if is_proven else "%s in %g s: %s" % (health["url"], health["timeout"], said)
            raise check.Unhealthy("%s: %s" % (name, what))
        time.sleep(0.02)


def survivors(activation, old):
    """Names of the processes of the old version that go on serving, and so can be left alone on the way back."""
    before = old.get("one_by_one") or {}
    try:
        processes = activation.supervisord.processes(activation.job["group"]) if before else []
    except (Down, Refused):
        return []
    return [one["name"] for one in processes if one["statename"] == "RUNNING" and before.get(one["name"]) == one["pid"]]


def back(activation, old):
    """Those that have seen the new version are started again with the old one. Raises Unhealthy."""
    kept = survivors(activation, old)
    for _, act in steps(activation, [name for name in sorted(old["one_by_one"]) if name not in kept]):
        act()
    activation.check()
