"""Fetches a repository into a bare cache and tells what a ref stands for. Runs on a host, as root.

Takes one JSON argument: cache, repository, ref, path, dependencies, conf, alias. Prints one JSON answer; what goes
wrong is one line on standard error and exit code 1. The on-host update runs the same text, so that both agree.
"""
import difflib
import fcntl
import json
import os
import posixpath
import re
import subprocess
import sys

import interpreters
import managers

os.umask(0o077)
QUIET = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -o BatchMode=yes", "LC_ALL": "C"}
# The cache is root's own; the checkout is only read, with its owner's hooks and filters out of reach.
GIT = ["git", "-c", "safe.directory=*", "-c", "gc.auto=0", "-c", "core.fsmonitor=false", "--no-optional-locks"]
SHOWN = 20


def stop(text):
    sys.exit(text.strip())


def git(where, *words, fatal=None):
    done = subprocess.run([*GIT, "-C", where, *words], env=QUIET, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "replace")
    if fatal:
        stop(fatal + ": " + done.stderr.decode("utf-8", "replace").strip())
    return None


def fetch(cache, repository):
    os.makedirs(cache, mode=0o700, exist_ok=True)
    if not os.path.exists(cache + "/HEAD"):
        git(cache, "init", "-q", "--bare", fatal="can't make the cache")
    wanted = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
    git(cache, "fetch", "-q", "--prune", "--force", "--no-auto-gc", repository, *wanted, fatal="can't fetch " + repository)


def resolve(cache, ref, repository):
    for candidate in ("refs/heads/" + ref, "refs/tags/" + ref):
        found = git(cache, "rev-parse", "-q", "--verify", candidate + "^{commit}")
        if found:
            return found.strip()
    if re.fullmatch("[0-9a-f]{4,64}", ref):
        found = git(cache, "rev-parse", "-q", "--verify", ref + "^{commit}")
        if found:
            return found.strip()
    names = git(cache, "for-each-ref", "--format=%(refname:lstrip=2)").split()
    near = difflib.get_close_matches(ref, names, 3, 0.5)
    hint = "; did you mean " + " or ".join(near) + "?" if near else ""
    stop("ref %s is no branch, tag or commit of %s%s" % (ref, repository, hint))


def show(cache, commit, path):
    return git(cache, "show", "%s:%s" % (commit, path))


def dependencies(cache, commit, path, asked):
    """How the environment of this commit is made, and what names it."""
    made, texts, locks = managers.recipe(asked, lambda name: show(cache, commit, name), commit)
    wheelhouse = asked.get("wheelhouse")
    if wheelhouse and wheelhouse.startswith("/"):
        made["wheelhouse"] = {"path": wheelhouse}
    elif wheelhouse:
        tree = git(cache, "rev-parse", "-q", "--verify", "%s:%s" % (commit, posixpath.normpath(wheelhouse)))
        if tree is None:
            raise managers.Unclear("dependencies.wheelhouse: %s is not in commit %s" % (wheelhouse, commit[:7]))
        made["wheelhouse"] = {"checkout": path, "tree": tree.strip()}
    found = interpreters.find(asked["python"], made["managedPython"])[1]
    version = found or "%s by %s" % (asked["python"], managers.TOOLS["uv"][0])
    return {"recipe": made, "files": texts, "locks": locks, "python": version,
            "digest": managers.digest(version, made, {**texts, **locks})}


def direction(cache, previous, commit):
    if previous is None:
        return "first"
    if previous == commit:
        return "same"
    if git(cache, "merge-base", "--is-ancestor", previous, commit) is not None:
        return "forward"
    if git(cache, "merge-base", "--is-ancestor", commit, previous) is not None:
        return "rollback"
    return "diverged"


def subjects(cache, way, previous, commit):
    if way in ("same", "first") or git(cache, "cat-file", "-e", previous + "^{commit}") is None:
        return []
    span = "%s..%s" % ((commit, previous) if way == "rollback" else (previous, commit))
    lines = git(cache, "log", "--format=%h %s", "--abbrev=7", span).splitlines()
    return lines[:SHOWN] + (["and %d more" % (len(lines) - SHOWN)] if len(lines) > SHOWN else [])


def main(asked):
    cache = asked["cache"]
    os.makedirs(os.path.dirname(cache), mode=0o700, exist_ok=True)
    with open(cache + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fetch(cache, asked["repository"])
        commit = resolve(cache, asked["ref"], asked["repository"])
        head = git(asked["path"], "rev-parse", "-q", "--verify", "HEAD") if os.path.isdir(asked["path"] + "/.git") else None
        previous = head.strip() if head else None
        way = direction(cache, previous, commit)
        try:
            environment = dependencies(cache, commit, asked["path"], asked["dependencies"])
        except (managers.Unclear, interpreters.Missing) as error:
            stop(str(error))
        answer = {
            "commit": commit,
            "subject": git(cache, "log", "-1", "--format=%s", commit).strip(),
            "previous": previous,
            "direction": way,
            "commits": subjects(cache, way, previous, commit),
            **environment,
        }
        for kind in ("conf", "alias"):
            if asked.get(kind):
                answer[kind] = show(cache, commit, asked[kind])
    print(json.dumps({key: value for key, value in answer.items() if value is not None}))


main(json.loads(sys.argv[1]))
