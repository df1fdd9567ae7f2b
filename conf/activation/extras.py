"""What a commit has besides its own files: submodules, and what LFS has. All of it was brought before: nothing is fetched."""
import os
import re
import shutil


def is_in(tree, name):
    """Whether something was checked out at the place of a submodule."""
    return os.path.exists("%s/%s/.git" % (tree.path, name))


def paths(tree, commit):
    """Places of the submodules of a commit."""
    lines = (tree.git("ls-tree", "-r", "-z", commit) or "").split("\0")
    return [line.split("\t", 1)[1] for line in lines if line.startswith("160000 ")]


def checked_out(tree):
    """Places of the submodules that are there."""
    lines = (tree.git("--no-optional-locks", "ls-files", "-s", "-z", check=False) or "").split("\0")
    return [name for name in (line.split("\t", 1)[1] for line in lines if line.startswith("160000 ")) if is_in(tree, name)]


def bring(tree, commit):
    """After a reset: as in the commit too."""
    if tree.source.get("submodules") and tree.has(commit, ".gitmodules"):
        tree.git("submodule", "--quiet", "update", "--init", "--recursive", "--force", "--checkout", "--no-fetch")
    if tree.source.get("lfs"):
        # Files that were checked out before LFS was asked for are still its pointers.
        tree.git("lfs", "checkout")


def take(tree, before, commit):
    """Submodules that the commit has no more: git leaves them. One that holds anything of its own stays."""
    if not before:
        return  # another git call in the pause
    for name in set(before) - set(paths(tree, commit)):
        inner = tree.at(name)
        found = inner.git("status", "--porcelain", "--ignored", check=False)
        own = [line for line in (found or "").splitlines() if not line.endswith("__pycache__/")]
        if found is not None and not own and not os.path.islink(inner.path):
            tree.as_owner("rm", "-rf", "--", inner.path)


def size(tree, commit):
    """Bytes of what stands behind LFS's pointers in a commit."""
    if not tree.source.get("lfs") or shutil.which("git-lfs") is None:
        return 0
    lines = (tree.git("lfs", "ls-files", "--long", commit, check=False) or "").splitlines()
    names = {line.split()[0] for line in lines if re.match("[0-9a-f]{64} ", line)}
    files = ["%s/.git/lfs/objects/%s/%s/%s" % (tree.path, name[:2], name[2:4], name) for name in names]
    return sum(os.path.getsize(file) for file in files if os.path.exists(file))
