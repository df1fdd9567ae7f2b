"""What somebody changed in the checkout by hand: found before anything is touched, and kept aside where it is replaced."""
import os
import shutil

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
        if self.edits:
            places.append(self.tree.keep("refs/supervised/aside/%s-edits" % id, self.tree.stash()))
        if self.unpushed:
            places.append(self.tree.keep("refs/supervised/aside/%s-commits" % id, "HEAD"))
        for name in self.in_the_way:
            target = "%s/aside/%s/%s" % (state.top, id, name)
            os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
            source = self.tree.path + "/" + name
            if os.path.isdir(source) and not os.path.islink(source):
                shutil.copytree(source, target, symlinks=True)
            else:
                shutil.copy2(source, target, follow_symlinks=False)
        if self.in_the_way:
            places.append("%s/aside/%s" % (state.top, id))
        return " and ".join(places)
