"""Where the state of an app is, and files that are whole or not there: written, synced, renamed, the directory synced."""
import json
import os
import shutil
import subprocess


# Whatever the locale of who calls.
TEXT = {"encoding": "utf-8", "errors": "surrogateescape"}


class State:
    """Paths below /var/lib/supervised/<app>."""

    def __init__(self, app):
        self.app = app
        self.top = "/var/lib/supervised/" + app
        self.lock = self.top + "/lock"
        self.journal = self.top + "/journal"
        self.open = self.top + "/open"
        self.owner = self.top + "/owner"
        self.current = self.top + "/current.json"
        self.programs = os.path.dirname(os.path.abspath(__file__))

    def job(self, id, name=""):
        return "%s/jobs/%s/%s" % (self.top, id, name)

    def clear(self):
        """All of the activations' own; environments and homes belong to others, and what was kept aside to people."""
        for name in ("jobs", "programs", "releases"):
            shutil.rmtree(self.top + "/" + name, ignore_errors=True)
        for name in ("update", "rollback", "log", "recover", "failed.json", "environment"):
            remove(self.top + "/" + name)
        for path in (self.journal, self.open, self.current, self.owner, self.lock):
            remove(path)
        try:
            os.rmdir(self.top)
        except OSError:
            pass


def run(words):
    """As root; how it ended, with what it printed."""
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def beside(path):
    """A temporary name that neither `*.conf` nor `*.sh` matches."""
    return "%s/.%s.new" % (os.path.dirname(path), os.path.basename(path))


def prepare(path, text, mode, owner=None):
    """Writes the text beside its place, so that the pause only renames. `owner`: uid and gid, root's without."""
    new = beside(path)
    remove(new)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", newline="", **TEXT) as file:
        os.fchmod(file.fileno(), mode)
        if owner is not None:
            os.fchown(file.fileno(), *owner)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def commit(path):
    os.rename(beside(path), path)
    sync(os.path.dirname(path))


def write(path, text, mode=0o600, owner=None):
    prepare(path, text, mode, owner)
    commit(path)


def remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    sync(os.path.dirname(path))


def read(path):
    """The text, None when there is no such file."""
    try:
        with open(path, newline="", **TEXT) as file:
            return file.read()
    except FileNotFoundError:
        return None


def read_json(path):
    text = read(path)
    return None if text is None else json.loads(text)


def save(path):
    """What is at a path, so that `restore` brings it back: a link as a link."""
    if os.path.islink(path):
        return {"link": os.readlink(path)}
    if not os.path.exists(path):
        return None
    status = os.stat(path)
    return {"text": read(path), "mode": status.st_mode & 0o7777, "owner": [status.st_uid, status.st_gid]}


def restore(path, saved):
    if saved is None:
        return remove(path)
    if "link" in saved:
        return link(path, saved["link"])
    return write(path, saved["text"], saved["mode"], saved.get("owner"))


def link(path, target):
    remove(beside(path))
    os.symlink(target, beside(path))
    commit(path)
