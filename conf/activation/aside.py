"""What somebody changed in the checkout by hand: found before anything is touched, and kept aside where it is replaced."""
import os
import shutil

import extras

SHOWN = 20


class Local:
    """Work that is nowhere but here: edits, commits that were never pushed, files in the way of the new commit's."""

    def __init__(self, tree, commit, known):
        self.tree = tree
        self.edits = tree.edits()
        self.unpushed = tree.unpushed(known)
        self.in_the_way = tree.in_the_way(commit)

    def lines(self):
        found = ["changed: " + name for name in self.edits]
        found += ["not pushed: " + line for line in self.unpushed]
        found += ["not in git, and the new commit has a file there: " + name for name in self.in_the_way]
        more = ["and %d more" % (len(found) - SHOWN)] if len(found) > SHOWN else []
        return found[:SHOWN] + more

    def keep(self, state, id):
        """Where it is kept; None when there is nothing to keep."""
        if not self.lines():
            return None
        places = []
        edits = self.tree.stash() if self.edits else None
        if edits:
            places.append(self.tree.keep("refs/supervised/aside/%s-edits" % id, edits))
        for name in self.edits:
            if extras.is_in(self.tree, name):
                inner = self.tree.at(name)
                places.append("%s in %s" % (inner.keep("refs/supervised/aside/%s" % id, inner.stash() or "HEAD"), name))
        if self.unpushed:
            places.append(self.tree.keep("refs/supervised/aside/%s-commits" % id, "HEAD"))
        for name in self.in_the_way:
            copy(self.tree.path + "/" + name, "%s/%s" % (directory(state, id), name))
        if self.in_the_way:
            places.append(directory(state, id))
        return " and ".join(places)


def directory(state, id):
    return "%s/aside/%s" % (state.top, id)


def bring_back(state, id, tree, names):
    """Files that were in the way, after a rollback: nothing is any more."""
    for name in names:
        copy("%s/%s" % (directory(state, id), name), tree.path + "/" + name)


def copy(source, target):
    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
    if os.path.isdir(source) and not os.path.islink(source):
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)
        status = os.lstat(source)
        os.chown(target, status.st_uid, status.st_gid, follow_symlinks=False)
