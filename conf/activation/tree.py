"""The checkout: git as its owner, because root's git would run that account's hooks and filters."""
import os
import pwd
import subprocess


class Tree:
    def __init__(self, path):
        self.path = path

    def git(self, *words, check=True):
        owner = pwd.getpwuid(os.stat(self.path + "/.git").st_uid)
        environment = {**os.environ, "HOME": owner.pw_dir}
        command = ["runuser", "-u", owner.pw_name, "--", "git", "-c", "gc.auto=0", "-C", self.path, *words]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, close_fds=False)
        if check and done.returncode != 0:
            raise RuntimeError("git %s: %s" % (words[0], done.stderr.decode("utf-8", "replace").strip()))
        return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None

    def head(self):
        """The commit that is checked out; None before the first release."""
        return self.git("--no-optional-locks", "rev-parse", "-q", "--verify", "HEAD", check=False) or None

    def has(self, commit):
        return self.git("cat-file", "-e", commit + "^{commit}", check=False) is not None

    def changed(self):
        """Whether files of git's differ from the commit."""
        return bool(self.git("--no-optional-locks", "status", "--porcelain", "--untracked-files=no"))

    def size(self, commit):
        """Bytes of the files of a commit."""
        lines = self.git("ls-tree", "-r", "-l", commit).splitlines()
        return sum(int(line.split()[3]) for line in lines if line.split()[3].isdigit())

    def reset(self, commit):
        """The working tree as in the commit, on disk when this returns: git itself does not sync it."""
        # A killed git leaves its lock behind; nobody else is at it while we hold the app's.
        try:
            os.unlink(self.path + "/.git/index.lock")
        except FileNotFoundError:
            pass
        if commit is None:
            return self.clear()
        self.git("reset", "-q", "--hard", commit)
        subprocess.run(["sync", "-f", self.path], check=True)

    def clear(self):
        """Back to before the first release: files of git's are gone, all else stays."""
        if self.head() is None:
            return
        for name in self.git("ls-files", "-z").split("\0"):
            if name and os.path.lexists(self.path + "/" + name):
                os.unlink(self.path + "/" + name)
        self.git("read-tree", "--empty")
        self.git("update-ref", "-d", "HEAD")
