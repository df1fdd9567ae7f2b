"""Fetches a repository into a bare cache and tells what a ref stands for. Runs on a host, as root.

Takes JSON on standard input: cache, repository, ref, path, dependencies, conf, alias, access, subdirectory. Prints one
JSON answer; what goes wrong is told on standard error, with exit code 1. The on-host update runs the same text, so that
both agree.
"""
import json
import os
import posixpath
import re
import subprocess
import sys

import interpreters
import managers
from access import GIT, Access
from cache import Cache

os.umask(0o077)
SHOWN = 20


def stop(text):
    sys.exit(text.strip())


def git(where, *words):
    """What it prints; None where it fails."""
    done = subprocess.run([*GIT, "-C", where, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def resolve(cache, ref, repository):
    for candidate in ("refs/heads/" + ref, "refs/tags/" + ref):
        found = git(cache, "rev-parse", "-q", "--verify", candidate + "^{commit}")
        if found:
            return found.strip()
    if re.fullmatch("[0-9a-f]{4,64}", ref):
        found = git(cache, "rev-parse", "-q", "--verify", ref + "^{commit}")
        if found:
            return found.strip()
    import difflib  # takes as long to load as git does to answer

    names = git(cache, "for-each-ref", "--format=%(refname:lstrip=2)").split()
    near = difflib.get_close_matches(ref, names, 3, 0.5)
    hint = "; did you mean " + " or ".join(near) + "?" if near else ""
    stop("ref %s is no branch, tag or commit of %s%s" % (ref, repository, hint))


def show(cache, commit, path):
    return git(cache, "show", "%s:%s" % (commit, path))


def dependencies(cache, commit, path, asked, inside):
    """How the environment of this commit is made, and what names it."""
    made, texts, locks = managers.recipe(asked, lambda name: show(cache, commit, name), commit, inside)
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


def subjects(cache, way, previous, commit, inside):
    """What the change brings; of a monorepo's commits those that touch the app, and how many others there are."""
    if way in ("same", "first") or git(cache, "cat-file", "-e", previous + "^{commit}") is None:
        return []
    span = "%s..%s" % ((commit, previous) if way == "rollback" else (previous, commit))
    log = ["log", "--format=%h %s", "--abbrev=7", span]
    lines = git(cache, *log, *(["--", inside] if inside else [])).splitlines()
    others = len(git(cache, *log).splitlines()) - len(lines) if inside else 0
    more = ["and %d more" % (len(lines) - SHOWN)] if len(lines) > SHOWN else []
    return lines[:SHOWN] + more + (["and %d outside of %s" % (others, inside)] if others else [])


def main(asked):
    cache, inside = asked["cache"], asked.get("subdirectory")
    with Cache(cache, asked["repository"], Access(asked["repository"], asked.get("access"))).held() as clone:
        clone.renew()
        commit = resolve(cache, asked["ref"], asked["repository"])
        if inside and (git(cache, "cat-file", "-t", "%s:%s" % (commit, inside)) or "").strip() != "tree":
            stop("subdirectory: %s is no directory of commit %s" % (inside, commit[:7]))
        head = git(asked["path"], "rev-parse", "-q", "--verify", "HEAD") if os.path.isdir(asked["path"] + "/.git") else None
        previous = head.strip() if head else None
        way = direction(cache, previous, commit)
        try:
            environment = dependencies(cache, commit, asked["path"], asked["dependencies"], inside)
        except (managers.Unclear, interpreters.Missing) as error:
            stop(str(error))
        answer = {
            "commit": commit,
            "subject": git(cache, "log", "-1", "--format=%s", commit).strip(),
            "previous": previous,
            "direction": way,
            "commits": subjects(cache, way, previous, commit, inside),
            **environment,
        }
        for kind in ("conf", "alias"):
            if asked.get(kind):
                answer[kind] = show(cache, commit, asked[kind])
    print(json.dumps({key: value for key, value in answer.items() if value is not None}))


main(json.load(sys.stdin))
