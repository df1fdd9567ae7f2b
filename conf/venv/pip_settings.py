"""What pip on this host is told of indexes, which uv does not read. As `pip config` finds it, in a tenth of its time."""
import configparser
import os
import subprocess

KEYS = ("index-url", "extra-index-url")


def indexes(user, home):
    """Addresses by key; what is not told is not in it. A file that pip could not read either tells nothing."""
    told = {}
    for path in places(home):
        if os.path.exists(path):
            # As the user: what is said there may be a link to what only root may read.
            done = subprocess.run(["runuser", "-u", user, "--", "cat", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/")
            told.update(read(done.stdout.decode("utf-8", "replace")))
    return told


def places(home):
    """The files that pip reads; the last one wins."""
    own = os.environ.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return []
    shared = (os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    paths = [directory + "/pip/pip.conf" for directory in shared]
    return paths + ["/etc/pip.conf", home + "/.pip/pip.conf", home + "/.config/pip/pip.conf"] + ([own] if own else [])


def read(text):
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    # What is said for `pip install` alone wins over what is said for all of pip.
    found = {}
    for section in ("global", "install"):
        for name, value in parser.items(section) if parser.has_section(section) else ():
            found[name.replace("_", "-")] = value.split()
    return {key: found[key] for key in KEYS if found.get(key)}
