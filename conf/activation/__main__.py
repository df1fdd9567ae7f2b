"""
The programs of one app on its host. Run as `python3 DIRECTORY WORD APP …`: start, follow, recover, remove and note for
the plugin, update, rollback, log and recover for people.
"""
import json
import os
import sys

import back
import detach
import hand
import history
import lock
import recover
import remove
import update
from places import State

os.umask(0o022)
os.environ.update(LC_ALL="C", GIT_TERMINAL_PROMPT="0")
os.environ["PATH"] += ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

WORDS = {
    "start": lambda state, words: detach.start(state, words[0]),
    "follow": lambda state, words: detach.follow(state, words[0]),
    "recover": lambda state, words: recover.main(state) and None,
    "remove": lambda state, words: remove.main(state, json.load(sys.stdin)),
    "note": lambda state, words: remove.note(state, json.load(sys.stdin)),
    "update": update.main,
    "rollback": back.main,
    "log": history.main,
}


def main(word, app, *rest):
    try:
        return WORDS[word](State(app), rest)
    except lock.Busy as busy:
        print(busy, file=sys.stderr)
        return 75
    except hand.Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 2


# Messages have characters that a plain locale does not know.
sys.stdout.reconfigure(encoding="utf-8")
sys.stderr.reconfigure(encoding="utf-8")
sys.exit(main(*sys.argv[1:]))
