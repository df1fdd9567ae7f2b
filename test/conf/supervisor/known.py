"""Asks known.py what it goes by, before and after something changes: a JSON list of questions, answers likewise."""
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, sys.argv[1])
import daemon  # noqa: E402
import door  # noqa: E402
import known  # noqa: E402

directory = os.path.realpath(tempfile.mkdtemp(dir="/tmp"))  # a socket's path is short
now = time.time
daemon.RECORD = directory + "/record/supervisord.json"


def place(name, text):
    path = os.path.join(directory, name)
    new = path + ".new"
    with open(new, "w") as file:
        file.write(text.replace("HERE", directory))
    os.rename(new, path)
    return path


def told(value):
    return json.loads(json.dumps(value).replace(directory, "HERE"))


def one(words=()):
    seen = daemon.Daemon(["python3", directory + "/supervisord", "-c", directory + "/main.conf", *words])
    seen.pid, seen.variables = os.getpid(), {"STAGE": "blue"}
    return seen


def remembered(conf, age=60):
    """As after an update, so many seconds after the last change to the main conf."""
    place("supervisord", "#!/x\n")
    place("main.conf", conf)
    door.time.time = lambda: now() + age
    seen = one()
    seen.remember(door.lasting(seen))
    door.time.time = now
    return seen


def gone_by(seen):
    found = known.door(seen)
    return found and told({key: found[key] for key in ("socket", "patterns")})


def keeps(conf, age=60):
    return gone_by(remembered(conf, age))


def after(change, conf):
    seen = remembered(conf)
    if change == "nothing":
        pass
    elif change == "the main conf":
        place("main.conf", conf)
    elif change == "another main conf":
        os.rename(directory + "/main.conf", directory + "/other.conf")
        seen = daemon.Daemon(["python3", directory + "/supervisord", "-c", directory + "/other.conf"])
    elif change == "the script":
        place("supervisord", "#!/x\n")
    elif change == "no script":
        os.unlink(directory + "/supervisord")
    elif change == "no main conf":
        os.unlink(directory + "/main.conf")
    elif change == "no supervisord":
        seen = None
    elif change == "the record":
        place("record/supervisord.json", "[]")
    elif change == "no record":
        os.unlink(daemon.RECORD)
    return gone_by(seen)


def answers(conf):
    """What a supervisord that runs answers, at the door that is known and by supervisor's library; then when it has ended."""
    seen = remembered(conf)
    found = known.door(seen)
    running = subprocess.Popen([sys.executable, "-m", "supervisor.supervisord", "-n", "-c", seen.conf], stdout=subprocess.DEVNULL)
    try:
        end = now() + 20
        while known.ask(found, "getState") is None and now() < end:
            time.sleep(0.05)
        asked = [[known.ask(found, method), getattr(door.proxy(seen), method)()] for method in ("getSupervisorVersion", "getAllProcessInfo")]
        for every in asked[1]:
            for process in every:  # a second may pass between both
                process.pop("now"), process.pop("description")
        unknown = known.ask(found, "noSuchMethod")
    finally:
        running.terminate()
        running.wait()
    return {"same": [first == second for first, second in asked], "version": asked[0][0],
            "names": [process["name"] for process in asked[1][0]], "unknown": unknown, "ended": known.ask(found, "getState")}


print(json.dumps([globals()[kind](*asked) for kind, *asked in json.load(sys.stdin)]))
