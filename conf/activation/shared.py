"""Shared files and directories are linked into the checkout; what is at the place of a link already moves to where it leads."""
import os
import pwd
import shutil

import links
import places
from journal import say

WRONG = {
    "absent": "shared: {to} is not there: put it there, or set `required: false` where the app makes it",
    "both": "shared: there is {at}, and {to} too: one of them has to go",
    "elsewhere": "shared: {at} is a link to {link}: move what it leads to, to {to}, and take the link away",
}


class Shared:
    """`job["shared"]`; does nothing where the app shares nothing. What it does in the checkout it does as its owner."""

    def __init__(self, job, tree):
        self.job, self.tree, self.shared = job, tree, job.get("shared")
        self.root = os.path.dirname(job["venv_link"])
        self.before = (job.get("previous") or {}).get("shared_path")

    def wrong(self):
        """What stands in the way, a line each."""
        if not self.shared:
            return
        head = self.tree.head()
        if self.moves():
            yield from self.apart(self.before)
        for name in links.names(self.shared):
            rel = os.path.relpath(links.place(self.root, name), self.tree.path)
            if self.tree.has(self.job["commit"], rel):
                yield "shared: %s is in commit %s: take it out of git, or out of the settings" % (name, self.job["commit"][:7])
                continue
            state = links.state(self.root, self.there(), name)
            at, to = links.place(self.root, name), links.target(self.shared, name)
            # The reset takes a file of git's away: nothing is left to move.
            if state == "adopt" and head and self.tree.has(head, rel) and os.path.isfile(at):
                state = "absent" if name in self.shared["required"] else "new"
            if state in WRONG:
                yield WRONG[state].format(at=at, to=to, link=os.readlink(at) if os.path.islink(at) else "")
            if state == "adopt":
                yield from self.unmovable(at)

    def unmovable(self, at):
        yield from self.apart(at)
        status = os.lstat(at)
        if os.path.isdir(at) and status.st_uid != self.account().pw_uid:
            yield "shared: %s is %s's and can't be moved by %s: give it to that account" % (at, status.st_uid, self.shared["user"])

    def apart(self, at):
        """A rename is all that is done."""
        if os.lstat(at).st_dev != os.lstat(above(os.path.dirname(self.shared["path"]))).st_dev:
            yield "shared: %s is on another filesystem than %s: move it there by hand" % (at, self.shared["path"])

    def account(self):
        return pwd.getpwnam(self.shared["user"])

    def moves(self):
        """Whether the whole of it goes to another place: the app has another name, or the settings another path."""
        return bool(self.before) and self.before != self.shared["path"] and os.path.isdir(self.before) and not os.path.exists(self.shared["path"])

    def there(self):
        """The same where it still is, if the whole of it moves: as it is there it will be."""
        return {**self.shared, "path": self.before} if self.moves() else self.shared

    def plan(self):
        """For the way back: whether the whole moves, where links lead now, names of what is adopted."""
        if not self.shared:
            return None
        found = links.states(self.root, self.there())
        at = {name: links.place(self.root, name) for name in found}
        linked = {name: os.readlink(at[name]) for name in found if os.path.islink(at[name])}
        return {"moves": self.moves(), "linked": linked, "adopted": [name for name, state in found.items() if state == "adopt"]}

    def is_done(self):
        return not self.shared or set(links.states(self.root, self.shared).values()) <= {"linked"}

    def put(self):
        if not self.shared:
            return
        path, account = self.shared["path"], self.account()
        if self.moves():
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.rename(self.before, path)
        elif not os.path.isdir(path):
            os.makedirs(path, mode=0o755)
        if os.lstat(path).st_uid != account.pw_uid:
            self.must("chown", "-Rh", "%d:%d" % (account.pw_uid, account.pw_gid), path, root=True)
        for name in links.names(self.shared):
            self.link(name)

    def link(self, name):
        at, to = links.place(self.root, name), links.target(self.shared, name)
        self.must("mkdir", "-p", "--", os.path.dirname(at), os.path.dirname(to))
        if os.path.lexists(at) and not os.path.islink(at):
            if os.path.lexists(to):
                self.must("rmdir", "--", at)
            else:
                say(say="%s is moved to %s" % (at, to))
                self.must("mv", "-nT", "--", at, to)
        if name in self.shared["directories"]:
            self.must("mkdir", "-p", "--", to)
        self.must("ln", "-sfnT", "--", to, at)

    def take_back(self, plan):
        """As it was before `put`, wherever that got to; links that were there stay."""
        if not self.shared or not plan:
            return
        for name in links.names(self.shared):
            at, to = links.place(self.root, name), links.target(self.shared, name)
            before = plan["linked"].get(name)
            if os.path.islink(at) and os.readlink(at) == to != before:
                self.must(*(("rm", "-f", "--", at) if before is None else ("ln", "-sfnT", "--", before, at)))
            if name in plan["adopted"] and os.path.lexists(to) and not os.path.lexists(at):
                self.must("mv", "-nT", "--", to, at)
        if plan["moves"] and os.path.isdir(self.shared["path"]) and not os.path.exists(self.before):
            os.rename(self.shared["path"], self.before)

    def must(self, *words, root=False):
        done = places.run(words) if root else self.tree.as_owner(*words)
        if done.returncode != 0:
            raise RuntimeError("shared: %s: %s" % (words[0], done.stderr.decode("utf-8", "replace").strip()))


def above(path):
    """The path, or what there is of it."""
    while not os.path.lexists(path):
        path = os.path.dirname(path)
    return path


def unlink(root, path):
    """Takes away all links below root to what is below path: also those of names that the settings have no more."""
    for directory, directories, files in os.walk(root):
        for at in (os.path.join(directory, name) for name in directories + files):
            if os.path.islink(at) and os.readlink(at).startswith(path + "/"):
                places.remove(at)
        directories[:] = [name for name in directories if name != ".git"]


def remove(asked):
    """Links of an app that goes; what they lead to stays, unless it was asked for. Where it stays, if it does."""
    shared = asked.get("shared")
    if not shared:
        return None
    unlink(os.path.dirname(asked["venv_link"]), shared["path"])
    if shared["delete"]:
        shutil.rmtree(shared["path"], ignore_errors=True)
    return shared["path"] if os.path.isdir(shared["path"]) and os.listdir(shared["path"]) else None
