"""Asks supervisord's own parser what a reread would say of a candidate conf. Run by supervisord's own interpreter.

Arguments: the candidate, the installed conf in whose place it is read, and a group: its programs are printed as JSON.
Nothing is started and nothing is written.
"""
import glob
import io
import json
import os
import subprocess
import sys

candidate, installed = sys.argv[1:3]
group = sys.argv[3] if len(sys.argv) > 3 else None
places = ["/etc/supervisor/supervisord.conf", "/etc/supervisord.conf"]
main = next((path for path in places if os.path.exists(path)), None)
if main is None:
    sys.exit("no supervisord.conf in " + " or ".join(places))

# %(ENV_X)s means the daemon's environment, not ours.
try:
    pid = subprocess.check_output(["supervisorctl", "pid"], stderr=subprocess.DEVNULL).decode().strip()
    with open("/proc/%d/environ" % int(pid), "rb") as environ:
        pairs = [pair.decode("utf-8", "surrogateescape") for pair in environ.read().split(b"\0") if b"=" in pair]
    os.environ.clear()
    os.environ.update(dict(pair.split("=", 1) for pair in pairs))
except (OSError, ValueError, subprocess.CalledProcessError):
    pass

from supervisor.options import ServerOptions, UnhosedConfigParser  # noqa: E402

parser = UnhosedConfigParser()
parser.read(main)
here = os.path.dirname(main)
patterns = parser.get("include", "files", fallback="").replace("%(here)s", here).split() if parser.has_section("include") else []
files = []
for pattern in patterns:
    files += sorted(glob.glob(os.path.join(here, pattern)))
# The recovery gate of an activation is not the app's.
others = [path for path in files if os.path.abspath(path) != os.path.abspath(installed)]


def read(included):
    """(options, None), or (None, what the parser says of the main conf with these files)."""
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
    options.here = here
    text = io.StringIO("".join(lines) + "\n[include]\nfiles = " + " ".join(included) + "\n")
    text.name = main
    try:
        return options.read_config(text), None
    except ValueError as error:
        return None, str(error)


def facts(process):
    logs = {kind: getattr(process, kind) for kind in ("stdout_logfile", "stderr_logfile")}
    named = {kind: path if isinstance(path, str) else None for kind, path in logs.items()}
    return {"name": process.name, "command": process.command, "directory": process.directory, **named}


section, error = read(others + [candidate])
if error:
    _, broken = read(others) if others else (None, None)
    if broken:
        sys.exit("another conf of this host is broken, supervisord would refuse every change: " + broken)
    sys.exit("supervisord refuses it: " + error.replace(candidate, installed))
if group:
    groups = [one for one in section.process_group_configs if one.name == group]
    print(json.dumps([facts(process) for one in groups for process in one.process_configs]))
