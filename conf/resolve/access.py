"""
How git gets at a private repository. A key or a token is in the memory of this process alone: git and ssh read it by
its place in /proc, where only root can; it is in no file, no list of words and no environment, and goes as we go.
"""
import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

# The cache is root's own; the checkout is only read, with its owner's hooks and filters out of reach.
GIT = ("git", "-c", "safe.directory=*", "-c", "gc.auto=0", "-c", "core.fsmonitor=false", "--no-optional-locks")


class Access:
    """asked: {deployKey, token, tokenUser, repositoryHostKey, forwardAgent}, each of which may be missing."""

    def __init__(self, repository, asked=None, submodules=False):
        self.asked = asked or {}
        self.words = self.helper(repository) if self.asked.get("token") else []
        self.environment = {
            **os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "LC_ALL": "C",
            "GIT_SSH_COMMAND": " ".join(self.ssh(submodules)),
        }
        if self.asked.get("forwardAgent"):
            self.environment["SSH_AUTH_SOCK"] = agent() or sys.exit(
                "forwardAgent: no SSH agent came with the connection; log in with `ssh -A`, from where one runs"
            )

    def helper(self, repository):
        """The token for this server only, and for nobody to keep: a submodule elsewhere, or a redirect, gets none."""
        url = urlsplit(repository)
        text = "username=%s\npassword=%s\n" % (self.asked.get("tokenUser") or "x-access-token", self.asked["token"])
        helper = '!f() { test "$1" = get && cat %s; }; f' % memory(text)
        return ["-c", "credential.helper=", "-c", "credential.%s://%s.helper=%s" % (url.scheme, url.netloc, helper)]

    def ssh(self, submodules):
        words = ["ssh", "-o", "BatchMode=yes"]
        if any(self.asked.get(name) for name in ("deployKey", "forwardAgent", "repositoryHostKey")):
            words += ["-o", "StrictHostKeyChecking=yes"]
        if self.asked.get("repositoryHostKey"):
            # Of other servers, where submodules may be, the host's own files tell.
            known = [memory("* %s\n" % self.asked["repositoryHostKey"])] + (["~/.ssh/known_hosts"] if submodules else [])
            words += ["-o", "'UserKnownHostsFile=%s'" % " ".join(known)]
            words += [] if submodules else ["-o", "GlobalKnownHostsFile=/dev/null"]
        if self.asked.get("deployKey"):
            key = self.asked["deployKey"].replace("\r\n", "\n").strip() + "\n"
            words += ["-i", memory(key), "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"]
        return words

    def run(self, *words, show=False):
        """(exit code, standard output, standard error); with `show` the progress goes to our own as it comes."""
        child = subprocess.Popen([*GIT, *self.words, *words], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if not show:
            out, err = child.communicate()
            return child.returncode, out.decode("utf-8", "replace"), self.hide(err.decode("utf-8", "replace")).strip()
        said = []
        for line in child.stderr:
            said = (said + [self.hide(line.decode("utf-8", "replace"))])[-40:]
            sys.stderr.write(said[-1])
            sys.stderr.flush()
        return child.wait(), child.stdout.read().decode("utf-8", "replace"), "".join(said).strip()

    def hide(self, text):
        """git names neither; a server that it quotes might."""
        for name in ("token", "deployKey"):
            text = text.replace(self.asked.get(name) or "\0", "[secret]")
        return text

    def advice(self, said):
        """What to do about what git says, where that isn't plain."""
        if "Host key verification failed" in said:
            if self.asked.get("repositoryHostKey"):
                return "\n  The git server's key is not repositoryHostKey."
            return "\n  Nobody on this host trusts the git server's key: set repositoryHostKey, or put it into root's known_hosts."
        if "Load key" in said:
            return "\n  deployKey is no private key that ssh on this host can read."
        if re.search(r"Permission denied|Repository not found", said):
            if self.asked.get("deployKey"):
                return "\n  The git server does not accept deployKey."
            if self.asked.get("forwardAgent"):
                return "\n  The git server does not accept any key of the agent."
            return "\n  Is it private? Then set deployKey or forwardAgent, or token for one by https."
        if re.search(r"Authentication failed|HTTP Basic: Access denied|error: 403", said):
            return "\n  The git server does not accept the token." if self.asked.get("token") else ""
        if "could not read Username" in said:
            return "\n  The git server %s." % ("does not accept the token" if self.asked.get("token") else "wants a login: set token")
        return ""


def memory(text):
    """A file of root's that is in memory, as long as we run."""
    descriptor = os.memfd_create("supervised")
    os.fchmod(descriptor, 0o600)
    os.write(descriptor, text.encode())
    return "/proc/%d/fd/%d" % (os.getpid(), descriptor)


def agent():
    """The socket that came with the login. sudo drops the variable; its own process still has it."""
    pid = os.getpid()
    while pid > 1:
        try:
            with open("/proc/%d/environ" % pid, "rb") as environ:
                found = [one[14:] for one in environ.read().split(b"\0") if one.startswith(b"SSH_AUTH_SOCK=")]
            with open("/proc/%d/stat" % pid) as stat:
                pid = int(stat.read().rpartition(")")[2].split()[1])
        except OSError:
            return None
        if found and os.path.exists(found[0]):
            return found[0].decode()
    return None
