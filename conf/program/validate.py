"""Asks supervisord's own parser what a reread would say of a candidate conf. Run by supervisord's own interpreter.

Arguments: the candidate, the installed conf in whose place it is read, and a group. Prints as JSON the programs of the
group, the socket that supervisord opens for them, and whether both confs mean the same to it. Nothing is started and
nothing is written.
"""
import fnmatch
import glob
import io
import json
import os
import sys

from daemon import find

daemon = find()
if daemon is None or daemon.conf is None:
    sys.exit("supervisord has no main conf where it looks for one: start it with -c FILE")
# %(ENV_X)s means the daemon's environment, not ours.
environment = daemon.environment()
os.environ.clear()
os.environ.update(environment)

import door  # noqa: E402
import wrapper  # noqa: E402
from supervisor.options import ServerOptions  # noqa: E402

candidate, installed = sys.argv[1:3]
group = sys.argv[3] if len(sys.argv) > 3 else None
main = daemon.conf
try:
    patterns = door.patterns(daemon)
except (ValueError, door.Unreadable) as error:
    sys.exit("supervisord would refuse every change: %s" % error)
if not any(fnmatch.fnmatchcase(os.path.abspath(installed), pattern) for pattern in patterns):
    sys.exit("supervisord would never read %s: its [include] in %s takes %s" % (installed, main, " ".join(patterns) or "nothing"))


def read(*paths):
    """(options, None), or (None, what the parser says of the main conf with these files and those of the other apps)."""
    files = [path for pattern in patterns for path in sorted(glob.glob(pattern))]
    included = [path for path in files if os.path.abspath(path) != os.path.abspath(installed)] + list(paths)
    lines = []
    inside = False
    with open(main) as text:
        for line in text:
            if line.startswith("["):
                inside = line.strip() == "[include]"
            if not inside:
                lines.append(line)
    options = ServerOptions()
    options.configfile = main
    options.here = os.path.dirname(main)
    text = io.StringIO("".join(lines) + ("\n[include]\nfiles = " + " ".join(included) + "\n" if included else ""))
    text.name = main
    try:
        return options.read_config(text), None
    except ValueError as error:
        return None, str(error)


def facts(process):
    logs = {kind: getattr(process, kind) for kind in ("stdout_logfile", "stderr_logfile")}
    named = {kind: path if isinstance(path, str) else None for kind, path in logs.items()}
    return {"name": process.name, "command": wrapper.program(process.command), "directory": process.directory, **named}


def meaning(value):
    """All that the parser made of it: its own comparison overlooks logs that are AUTO and the rights of sockets."""
    if isinstance(value, (list, tuple)):
        return [meaning(one) for one in value]
    if isinstance(value, dict):
        return sorted((str(key), repr(one)) for key, one in value.items())
    if hasattr(value, "__dict__") and not isinstance(value, type):
        kept = sorted(item for item in vars(value).items() if item[0] != "options")
        return [type(value).__name__] + [[key, meaning(one)] for key, one in kept]
    return repr(value)


def meant(path):
    section, _ = read(path)
    return section and meaning(section.process_group_configs)


def is_same(section):
    """Other apps are updated meanwhile: where their confs came or went between two readings, both are done again."""
    after = meaning(section.process_group_configs)
    for _ in range(5 if os.path.exists(installed) else 0):
        if meant(installed) == after:
            return True
        before, after = after, meant(candidate)
        if before == after:
            return False
    return False


section, error = read(candidate)
if error:
    _, broken = read()
    if broken:
        sys.exit("another conf of this host is broken, supervisord would refuse every change: " + broken)
    sys.exit("supervisord refuses it: " + error.replace(candidate, installed))
if group:
    groups = [one for one in section.process_group_configs if one.name == group]
    programs = [facts(process) for one in groups for process in one.process_configs]
    sockets = [one.socket_config.url for one in groups if hasattr(one, "socket_config")]
    print(json.dumps({"programs": programs, "same": is_same(section), "socket": sockets[0] if sockets else None}))
