"""The checkout: git as its owner, because root's git would run that account's hooks and filters."""
import os
import pwd
import subprocess

import extras

# Somebody has to be the author of what is kept aside.
AUTHOR = ("-c", "user.name=supervised", "-c", "user.email=supervised@localhost")


class Tree:
    """`source`: what the app is made from; its `submodules` and `lfs` count here."""

    def __init__(self, path, source=None):
        self.path, self.source = path, source or {}

    def at(self, name):
        """A submodule."""
        return Tree("%s/%s" % (self.path, name))

    def as_owner(self, *words):
        owner = pwd.getpwuid(os.stat(self.path + "/.git").st_uid)
        environment = {**os.environ, "HOME": owner.pw_dir}
        command = ["runuser", "-u", owner.pw_name, "--", *words]
        return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, close_fds=False)

    def git(self, *words, check=True):
        done = self.as_owner("git", "-c", "gc.auto=0", "-C", self.path, *words)
        if check and done.returncode != 0:
            what = next(word for word in words if not word.startswith("-") and "=" not in word)
            raise RuntimeError("git %s: %s" % (what, done.stderr.decode("utf-8", "replace").strip()))
        return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None

    def names(self, *words):
        """Paths that git lists with -z."""
        return [name for name in self.git("--no-optional-locks", *words).split("\0") if name]

    def head(self):
        """The commit that is checked out; None before the first release."""
        return self.git("--no-optional-locks", "rev-parse", "-q", "--verify", "HEAD", check=False) or None

    def has(self, commit, path=""):
        """Whether the commit, or a path in it, is here."""
        return self.git("cat-file", "-e", commit + (":" + path if path else "^{commit}"), check=False) is not None

    def edits(self):
        """Files of git's that differ from the commit that is checked out."""
        return self.names("diff", "--ignore-submodules=untracked", "--name-only", "-z", "HEAD", "--") if self.head() else []

    def changed(self):
        return bool(self.edits())

    def unpushed(self, known=None):
        """`hash subject` of commits that no branch or tag of the repository has; `known` is one of ours."""
        if not self.head():
            return []
        ours = [known] if known and self.has(known) else []
        words = ["log", "--format=%h %s", "--abbrev=7", "--max-count=50", "HEAD", "--not", "--remotes", "--tags", *ours]
        return self.git("--no-optional-locks", *words).splitlines()

    def added(self, old, new):
        """Files of one commit that the other, or nothing, does not have."""
        if old is None:
            return self.names("ls-tree", "-r", "--name-only", "-z", new)
        return self.names("diff", "--name-only", "-z", "--diff-filter=A", old, new)

    def in_the_way(self, commit):
        """What git does not know, at places where the commit has files: a reset would overwrite it unseen."""
        found = []
        for name in self.added(self.head(), commit):
            place = self.path + "/" + name
            if not os.path.lexists(place):
                continue
            blob = self.git("hash-object", "--", name, check=False) if os.path.isfile(place) else None
            if blob is None or blob != self.git("rev-parse", "%s:%s" % (commit, name), check=False):
                found.append(name)
        return found

    def stash(self):
        """The edits as a commit of their own; nothing is touched."""
        return self.git(*AUTHOR, "stash", "create", "kept aside by supervised")

    def keep(self, ref, commit):
        """A name for a commit, so that git never throws it away."""
        self.git("update-ref", ref, commit)
        return ref

    def forget(self, ref):
        self.git("update-ref", "-d", ref, check=False)

    def size(self, commit):
        """Bytes of the files of a commit."""
        lines = self.git("ls-tree", "-r", "-l", commit).splitlines()
        return sum(int(line.split()[3]) for line in lines if line.split()[3].isdigit()) + extras.size(self, commit)

    def reset(self, commit, must=True, before=None):
        """
        The working tree as in the commit, on disk when this returns: git itself does not sync it. `before`: the submodules
        that are there, of whoever has looked already.
        """
        # A killed git leaves its locks behind; nobody else is at it while we hold the app's.
        for name in ("index.lock", "HEAD.lock", "ORIG_HEAD.lock"):
            try:
                os.unlink(self.path + "/.git/" + name)
            except FileNotFoundError:
                pass
        if commit is None:
            return self.clear()
        before = extras.checked_out(self) if before is None else before
        self.git("reset", "-q", "--hard", commit)
        extras.take(self, before, commit)
        try:
            extras.bring(self, commit)
        except RuntimeError:
            # On the way back it may be that they were not there before either.
            if must:
                raise
        subprocess.run(["sync", "-f", self.path], check=True)

    def retreat(self, old, new):
        """Back from a reset that may have got half-way: what it added is unknown to the old commit's own reset."""
        self.reset(old, must=False)
        for name in self.added(old, new):
            try:
                os.unlink(self.path + "/" + name)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                pass

    def clear(self):
        """Back to before the first release: files of git's are gone, all else stays."""
        if self.head() is None:
            return
        for name in self.names("ls-files", "-z"):
            if os.path.lexists(self.path + "/" + name):
                os.unlink(self.path + "/" + name)
        self.git("read-tree", "--empty")
        self.git("update-ref", "-d", "HEAD")
