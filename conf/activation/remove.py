"""Takes an app off the host: its program, group, conf, alias and command, if they are this owner's."""
import json
import os

import gate
import lock
import places
import shared
from supervisord import Down, Supervisord


def main(state, asked):
    held = lock.take(state, asked["who"], "", asked["wait"])
    owner = places.read_json(state.owner)
    if owner is not None and owner.get("id") != asked["owner"]["id"]:
        print(json.dumps({"left": "it belongs to %s now" % owner.get("stack", "another stack")}))
        return 0
    supervisord = Supervisord()
    try:
        supervisord.stop(asked["group"], asked["stopwaitsecs"] + 10)
        places.remove(asked["conf_path"])
        supervisord.drop(asked["group"])
    except Down:
        places.remove(asked["conf_path"])  # its next start knows nothing of the app
    gate.take(asked, supervisord)
    for path in (asked["alias_path"], asked["command_path"], asked.get("environment_path")):
        if path:
            places.remove(path)
    # The environments go by their own resource; the link in the checkout is ours.
    if os.path.islink(asked["venv_link"]):
        places.remove(asked["venv_link"])
    kept = shared.remove(asked)
    state.clear()
    if kept:
        print(json.dumps({"kept": kept}))
    os.close(held)
    return 0


def note(state, asked):
    """The release is as it should be; only what the next update goes by is other now."""
    held = lock.take(state, asked["who"], "", asked["wait"])
    places.write(state.owner, json.dumps(asked["owner"]))
    current = places.read_json(state.current)
    if current is not None:
        places.write(state.current, json.dumps({**current, **asked["job"]}))
    os.close(held)
    return 0
