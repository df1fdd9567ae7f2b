"""The programs of one app on its host: start | follow | recover | remove | update | note. Run as `python3 DIRECTORY …`."""
import json
import os
import sys

import detach
import lock
import recover
import remove
import update
from places import State

os.umask(0o022)
os.environ.update(LC_ALL="C", GIT_TERMINAL_PROMPT="0")
os.environ["PATH"] += ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def main(word, app, *rest):
    state = State(app)
    try:
        if word == "start":
            return detach.start(state, rest[0])
        if word == "follow":
            return detach.follow(state, rest[0], int(rest[1]) if len(rest) > 1 else 0)
        if word == "recover":
            return recover.main(state)
        if word == "remove":
            return remove.main(state, json.load(sys.stdin))
        if word == "note":
            return remove.note(state, json.load(sys.stdin))
        if word == "update":
            return update.main(state, rest)
    except lock.Busy as busy:
        print(busy, file=sys.stderr)
        return 75
    print("unknown: " + word, file=sys.stderr)
    return 2


sys.exit(main(*sys.argv[1:]))
