"""`exampleapp log`: what happened to the app on this host, the newest last."""
import json

import hand
from journal import every

OPTIONS = {"number": 20.0, "json": None}


def main(state, words):
    asked = hand.options(words, OPTIONS)
    noted = every(state)
    if asked.get("json"):
        for entry in noted:
            print(json.dumps(entry))
        return 0
    lines = [line(*one) for one in told(noted)]
    if not lines:
        print("Nothing has happened to %s yet." % state.app)
    for text in lines[-int(asked.get("number", 20)):]:
        print(text)
    return 0


def told(noted):
    """(begin, end) of each activation; end is None for one that is going on, or that died and nobody has ended yet."""
    ends = {entry["id"]: entry for entry in noted if entry.get("event") == "end"}
    causes = {entry["id"]: entry for entry in noted if entry.get("event") == "roll back"}
    for entry in noted:
        if entry.get("event") == "begin":
            end = ends.get(entry["id"])
            yield entry, end and {**causes.get(entry["id"], {}), **end}
        elif entry.get("event") == "refused":
            yield {**entry, "before": None}, entry


def line(begin, end):
    short = lambda commit: commit[:7] if commit else "nothing"  # noqa: E731
    if end is not None and end.get("event") == "refused":
        change = short(begin["commit"])
        outcome = "refused: %s" % first(end["cause"])
    else:
        change = "%s → %s" % (short(begin["before"]), short(begin["commit"]))
        outcome = "going on, or died" if end is None else words(end)
    return "%s  %-24s %s  %s" % (begin["at"], begin["who"], change, outcome)


def words(end):
    pause = end.get("pause")
    paused = "" if pause == 0 else ", paused %s" % ("an unknown time" if pause is None else "%.2f s" % (pause / 1000.0))
    if end["outcome"] == "done":
        return "done" + paused
    healthy = "" if not end.get("unhealthy") else ", and the version before is not healthy: " + first(end["unhealthy"])
    return "rolled back at %s: %s%s%s" % (end.get("step"), first(end.get("cause")), paused, healthy)


def first(text):
    return str(text).splitlines()[0] if text else "it is not known why"
