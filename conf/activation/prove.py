"""The proof before the pause: all that can be known to be wrong is told at once, and nothing has been touched."""
import json
import os
import shlex
import subprocess
import sys
from urllib.parse import urlsplit

import extras
import links
import places
import surroundings
from aside import Local


class Unproven(Exception):
    """What is wrong, a line each."""


def prove(activation):
    """The edits that the release replaces, and the programs as supervisord's parser sees them. Raises Unproven."""
    job, tree = activation.job, activation.tree
    if not tree.has(job["commit"]):
        raise Unproven("commit %s is not in %s" % (job["commit"][:7], job["checkout"]))
    # A pattern of supervisord's may name a directory that nobody has needed yet.
    os.makedirs(os.path.dirname(job["conf_path"]), exist_ok=True)
    problems = list(unready(activation))
    programs, refusal = parse(activation)
    problems += [refusal] if refusal else list(missing(job, tree, programs))
    problems += activation.shared.wrong()
    unread = surroundings.stage(job)
    problems += [unread] if unread else []
    local = Local(tree, job["commit"], known(activation.state))
    if local.lines() and not job.get("overwrite_local_changes"):
        problems.append(
            "%s holds work that is nowhere else: push it or take it away, or set `overwriteLocalChanges: true`, which keeps it aside\n    %s"
            % (job["checkout"], "\n    ".join(local.lines()))
        )
    if problems:
        raise Unproven("\n  ".join(problems))
    return local, programs


def unready(activation):
    job = activation.job
    if not os.access(job["venv"] + "/bin/python", os.X_OK) or not os.path.exists(job["venv"] + "/.complete"):
        yield "the environment %s is not complete" % job["venv"]
    if not activation.supervisord.answers():
        yield "supervisord does not answer"
    try:
        activation.reserve.check(activation.tree)
    except OSError as error:
        yield str(error)
    health = job.get("health")
    if health and not (urlsplit(health["url"]).scheme in ("http", "https") and urlsplit(health["url"]).hostname):
        yield "health: %s is no URL" % health["url"]


def parse(activation):
    """(programs, None), or (None, what the parser says)."""
    job = activation.job
    places.prepare(job["conf_path"], job["conf"], job["conf_mode"])
    words = [sys.executable, activation.state.programs + "/validate.py", places.beside(job["conf_path"]), job["conf_path"], job["group"]]
    proof = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if proof.returncode != 0:
        return None, proof.stderr.decode("utf-8", "replace").strip()
    seen = json.loads(proof.stdout.decode())
    programs, job["conf_means_the_same"], job["socket"] = seen["programs"], seen["same"], seen["socket"]
    return (programs, None) if programs else (None, "supervisord sees no program %s in the conf" % job["group"])


def missing(job, tree, programs):
    """Executables and directories that will not be there once the release is in place."""
    told = set()
    for program in programs:
        for what, path in (("command", first(program["command"])), ("directory", program["directory"])):
            if path and path not in told and not will_exist(job, tree, path, what):
                told.add(path)
                yield "the %s %s will not be there" % (what, path)


def first(command):
    """The executable, where it is a path; a bare word is looked up by supervisord in a PATH of its own."""
    try:
        word = shlex.split(command)[0]
    except (ValueError, IndexError):
        return None
    return word if "/" in word else None


def will_exist(job, tree, path, what):
    link = job["venv_link"]
    if path == link or path.startswith(link + "/"):
        return os.access(job["venv"] + path[len(link):], os.X_OK)
    if path == job["checkout"]:
        return True
    if path.startswith(job["checkout"] + "/"):
        if any((path + "/").startswith(one + "/") for one in shared_places(job)):
            return True
        name = os.path.normpath(path[len(job["checkout"]) + 1:])
        head = tree.head()
        if any(name.startswith(inner + "/") for inner in extras.paths(tree, job["commit"])):
            return True
        untracked = os.path.exists(path) and not (head and tree.has(head, name))
        return tree.has(job["commit"], name) or untracked
    return os.path.isdir(path) if what == "directory" else os.access(path, os.X_OK)


def shared_places(job):
    root = os.path.dirname(job["venv_link"])
    return [links.place(root, name) for name in links.names(job.get("shared"))]


def known(state):
    """The commit of the active release: ours, whatever became of its branch."""
    return (places.read_json(state.current) or {}).get("commit")
