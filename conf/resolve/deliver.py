"""
Brings a commit to a checkout: into root's clone over the network, and from there to the checkout's owner. Only root
needs to get at the repository, and only root sees what opens it. Takes one JSON answer on standard input: cache,
repository, commit, path, access, submodules, lfs. Its output is progress.
"""
import json
import os
import pwd
import re
import shutil
import subprocess
import sys

from access import Access
from cache import Cache, place
from submodules import listed

HEADS = "+refs/heads/*:refs/remotes/origin/*"
# What was brought besides the commit, by what it is: the checkout is whole where these name the commit.
BROUGHT = "refs/supervised/brought/"


class Owner:
    """git as the account that owns the checkout: root's git would run that account's filters and hooks."""

    def __init__(self, path):
        self.account = pwd.getpwuid(os.stat(path + "/.git").st_uid)

    def words(self, *words):
        return ["runuser", "-u", self.account.pw_name, "--", *words]

    def run(self, gitdir, *words, pass_fds=()):
        environment = {**os.environ, "HOME": self.account.pw_dir, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        words = self.words("git", "-c", "gc.auto=0", "--git-dir", gitdir, *words)
        # Where we are may be closed to that account.
        return subprocess.call(words, cwd=gitdir if os.path.isdir(gitdir) else "/", env=environment, pass_fds=pass_fds)

    def must(self, gitdir, *words):
        if self.run(gitdir, *words) != 0:
            sys.exit("git %s in %s failed" % (words[0], gitdir))


def deliver(asked):
    access = Access(asked["repository"], asked.get("access"), asked.get("submodules"))
    cache = Cache(asked["cache"], asked["repository"], access)
    cache.need(asked["commit"])
    owner, gitdir, commit = Owner(asked["path"]), asked["path"] + "/.git", asked["commit"]
    # The commit counts as there once it is there whole.
    extras = [name for name in ("submodules", "lfs") if asked.get(name)]
    if "submodules" in extras:
        bring_submodules(cache, owner, gitdir, commit)
    if "lfs" in extras:
        bring_lfs(cache, owner, asked["path"], commit)
    cache.give(owner, gitdir, commit, HEADS)
    for name in extras:
        owner.must(gitdir, "update-ref", BROUGHT + name, commit)


def bring_submodules(cache, owner, gitdir, commit):
    """Where `git submodule update` will look for them, so that it has nothing to fetch."""
    for name, url, wanted in listed(cache, commit):
        inner = Cache(place(url, cache.path), url, cache.access)
        inner.need(wanted)
        module = "%s/modules/%s" % (gitdir, name)
        if not os.path.exists(module + "/HEAD"):
            subprocess.check_call(owner.words("mkdir", "-p", "--", module))
            owner.must(module, "init", "-q", "--bare")
            owner.must(module, "config", "core.bare", "false")
        bring_submodules(inner, owner, module, wanted)
        inner.give(owner, module, wanted, HEADS)


def bring_lfs(cache, owner, path, commit):
    if shutil.which("git-lfs") is None:
        sys.exit("lfs: git-lfs is not on this host: add it to the host's packages (packages: [git-lfs])")
    remote = ["-c", "remote.origin.url=" + cache.repository, "-C", cache.path]
    with cache.held():
        # An object that is here already is not fetched again.
        code, _, said = cache.access.run(*remote, "lfs", "fetch", "origin", commit)
    if code != 0:
        sys.exit("can't fetch the LFS objects of %s: %s%s" % (cache.repository, said, cache.access.advice(said)))
    names = cache.git("lfs", "ls-files", "--long", commit, fatal="can't list the LFS objects") or ""
    objects = {line.split()[0] for line in names.splitlines() if re.fullmatch("[0-9a-f]{64}", line.split()[0])}
    theirs = path + "/.git/lfs/objects"
    files = ["%s/%s/%s" % (one[:2], one[2:4], one) for one in sorted(objects)]
    missing = [file for file in files if not os.path.exists("%s/%s" % (theirs, file))]
    subprocess.check_call(owner.words("mkdir", "-p", theirs))
    if missing:
        # Root reads its own, the owner writes its own: a link in the way leads nowhere.
        pack = subprocess.Popen(["tar", "-C", cache.path + "/lfs/objects", "-cf", "-", *missing], stdout=subprocess.PIPE)
        subprocess.check_call(owner.words("tar", "-C", theirs, "--no-same-owner", "--no-same-permissions", "-xf", "-"), stdin=pack.stdout)
        pack.stdout.close()
        if pack.wait() != 0:
            sys.exit("the LFS objects of %s can't be read in its clone" % cache.repository)
    subprocess.check_call(owner.words("env", "HOME=" + owner.account.pw_dir, "git", "-C", path, "lfs", "install", "--local", "--skip-repo"), stdout=subprocess.DEVNULL)


os.umask(0o022)
deliver(json.load(sys.stdin))
