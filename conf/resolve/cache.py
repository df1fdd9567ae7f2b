"""The bare clone of a repository, root's: what is asked of it, and what a checkout is given from it."""
import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys

from access import GIT

REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


def place(repository, beside):
    """Where the clone of another repository is: as the settings name that of the first one."""
    return "%s/%s.git" % (os.path.dirname(beside), hashlib.sha256(repository.encode()).hexdigest()[:16])


class Cache:
    def __init__(self, path, repository, access):
        self.path, self.repository, self.access = path, repository, access

    @contextlib.contextmanager
    def held(self):
        """One at a time: the apps of a repository share its clone."""
        os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
        with open(self.path + ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self

    def git(self, *words, fatal=None):
        """What it prints; None where it fails, unless that is `fatal`."""
        code, out, said = self.access.run("-C", self.path, *words)
        if code == 0:
            return out
        if fatal:
            sys.exit("%s: %s%s" % (fatal, said, self.access.advice(said)))
        return None

    def make(self):
        os.makedirs(self.path, mode=0o700, exist_ok=True)
        if not os.path.exists(self.path + "/HEAD"):
            self.git("init", "-q", "--bare", fatal="can't make the cache")

    def fetch(self, *words, show=False):
        self.make()
        what = ["-C", self.path, "fetch", "--progress" if show else "-q", "--no-auto-gc", *words]
        code, _, said = self.access.run(*what, show=show)
        if code != 0:
            sys.exit("can't fetch %s%s%s" % (self.repository, "" if show else ": " + said, self.access.advice(said)))

    def renew(self, show=False):
        """All branches and tags as they are now."""
        self.fetch("--prune", "--force", self.repository, *REFS, show=show)

    def has(self, commit):
        return self.git("cat-file", "-e", commit + "^{commit}") is not None

    def need(self, commit):
        """The commit is here; one that no branch has any more is asked for by its hash."""
        with self.held():
            self.make()
            if not self.has(commit):
                self.renew(show=True)
            if not self.has(commit):
                self.fetch(self.repository, commit, show=True)

    def give(self, owner, gitdir, commit, *refs):
        """
        Hands objects and refs over to a repository of another account: its git talks to ours, which alone reads the
        clone. Neither has to be let into anything of the other.
        """
        (asks, asking), (answers, answering) = os.pipe(), os.pipe()
        words = [*GIT, "-c", "uploadpack.allowAnySHA1InWant=true", "upload-pack", "--strict", self.path]
        with subprocess.Popen(words, stdin=asks, stdout=answering, env=self.access.environment) as server:
            os.close(asks)
            os.close(answering)
            what = ["fetch", "--progress", "--force", "--prune", "--tags", "--no-recurse-submodules", "--no-auto-gc"]
            code = owner.run(gitdir, *what, "fd::%d,%d" % (answers, asking), *refs, commit, pass_fds=(answers, asking))
            os.close(answers)
            os.close(asking)
            server.wait()
        if code != 0:
            sys.exit("%s can't take what was fetched: exit code %d" % (gitdir, code))
