"""Which interpreters a host has. An app asks for one by path or name (`python3`), or by version (`3.12`, `3.12.4`)."""
import glob
import os
import re
import subprocess

# Where people put them beside PATH, which is short for commands that come over ssh.
PLACES = ["/usr/local/bin", "/usr/bin", "/opt/*/bin", "/usr/local/*/bin"]


class Missing(Exception):
    """No such interpreter; says which are there."""


def is_version(python):
    return re.fullmatch(r"\d+\.\d+(\.\d+)?", python) is not None


def version_of(path):
    """`3.11.2`; None where it does not run."""
    words = [path, "-I", "-S", "-c", "import sys; print(sys.version.split()[0])"]
    try:
        return subprocess.check_output(words, stderr=subprocess.DEVNULL).decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def there(places=None):
    """Version by path of all that are found, one path for each program."""
    directories = os.environ.get("PATH", "").split(":") + (PLACES if places is None else places)
    found, seen = {}, set()
    for pattern in directories:
        for path in sorted(glob.glob(pattern + "/python3*")) if pattern else []:
            real = os.path.realpath(path)
            if re.fullmatch(r"python3(\.\d+)?", os.path.basename(path)) and real not in seen:
                seen.add(real)
                version = version_of(path)
                if version:
                    found[path] = version
    return found


def find(python, managed=False, places=None):
    """(path, version) of what is asked for; (None, None) where uv is to bring it. Raises Missing."""
    if not is_version(python):
        version = version_of(python)
        if version:
            return python, version
        raise Missing("dependencies.python: %s does not run on this host; %s" % (python, told(there(places))))
    found = there(places)
    for path, version in sorted(found.items()):
        if (version + ".").startswith(python + "."):
            return path, version
    if managed:
        return None, None
    raise Missing("dependencies.python: this host has no Python %s; %s. Install it there (`packages` of the host), or "
                  "set managedPython: true, and uv brings it" % (python, told(found)))


def told(found):
    if not found:
        return "it has none"
    ordered = sorted(found.items(), key=lambda item: [int(number) for number in re.findall(r"\d+", item[1])])
    return "it has " + ", ".join("%s (%s)" % (version, path) for path, version in ordered)
