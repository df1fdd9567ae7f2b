"""
What is shared between the releases of an app, and is not in git: it is outside of the checkout, which links to it. Stands
alone: what is at each place, and what has to become of it. shared: {path, directories, files, required}.
"""
import os


def names(shared):
    return shared["directories"] + shared["files"] if shared else []


def place(root, name):
    return "%s/%s" % (root, name)


def target(shared, name):
    return "%s/%s" % (shared["path"], name)


def state(root, shared, name):
    """linked; absent: a file that nobody has put there; new: to be made or linked; adopt: data of before, to be moved; both; elsewhere: another link."""
    at, to = place(root, name), target(shared, name)
    if os.path.islink(at):
        if os.readlink(at) != to:
            return "elsewhere"
        if os.path.lexists(to):
            return "linked"
        return "new" if name in shared["directories"] else "absent" if name in shared["required"] else "linked"
    if not os.path.lexists(at):
        is_there = os.path.lexists(to) or name not in shared["required"]
        return "new" if is_there else "absent"
    if not os.path.lexists(to):
        return "adopt"
    return "new" if os.path.isdir(at) and not os.listdir(at) else "both"


def states(root, shared):
    return {name: state(root, shared, name) for name in names(shared)}
