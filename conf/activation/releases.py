"""Releases that served well and are kept to go back to; and those that failed here, with what was wrong with them."""
import json
import os
import shutil
import time

import places
from check import Unhealthy
from hooks import HookFailed
from journal import now
from supervisord import Refused

FAILURES = 50


def key(job):
    """Names a release by what can be wrong with it. The conf by its text without secrets: this is seen in `ps`."""
    return ":".join([job["commit"], os.path.basename(job["venv"]), job.get("conf_key", "")])


def kept(state):
    """The kept jobs, the newest last."""
    directory = state.top + "/releases"
    try:
        names = sorted(os.listdir(directory))
    except FileNotFoundError:
        return []
    return [job for job in (places.read_json(directory + "/" + name) for name in names if name.endswith(".json")) if job]


def keep(state, tree, job, number):
    """The job served well: it is the newest of `number` kept ones, and of its like the only one."""
    directory = state.top + "/releases"
    os.makedirs(directory, mode=0o700, exist_ok=True)
    # The order of names is that of time, whatever the clock of who asked said.
    name = "%013d-%s" % (int(time.time() * 1000), job["id"])
    tree.keep("refs/supervised/releases/" + job["id"], job["commit"])
    places.write("%s/%s.json" % (directory, name), json.dumps({**job, "left": False}))
    releases = kept(state)
    spared = [one for one in releases if one["id"] == job["id"] or key(one) != key(job)][-number:]
    for one in releases:
        if one not in spared:
            drop(state, tree, one)
    sweep(job, spared)


def drop(state, tree, job):
    directory = state.top + "/releases"
    for name in os.listdir(directory):
        if name.endswith("-%s.json" % job["id"]):
            places.remove(directory + "/" + name)
    tree.forget("refs/supervised/releases/" + job["id"])


def sweep(job, spared, patience=3600):
    """Environments that no kept release needs, unless somebody may be preparing them just now."""
    venvs = job["source"]["venvs"]
    needed = {one["venv"] for one in spared} | {job["venv"]}
    for name in os.listdir(venvs) if os.path.isdir(venvs) else []:
        path = venvs + "/" + name
        if path not in needed and time.time() - os.lstat(path).st_mtime > patience:
            shutil.rmtree(path, ignore_errors=True)


def previous(state, current):
    """The newest kept release that is not the active one and was not left by a rollback; None when there is none."""
    good = [job for job in kept(state) if key(job) != key(current) and not job.get("left")]
    usable = [job for job in good if job["checkout"] == current["checkout"] and job["group"] == current["group"]]
    return usable[-1] if usable else None


def leave(state, current):
    """Marks the active release as one that a rollback leaves: the next rollback goes further back."""
    directory = state.top + "/releases"
    for name in os.listdir(directory) if os.path.isdir(directory) else []:
        job = places.read_json(directory + "/" + name) if name.endswith(".json") else None
        if job and key(job) == key(current):
            places.write(directory + "/" + name, json.dumps({**job, "left": True}))


def failures(state):
    return places.read_json(state.top + "/failed.json") or {}


def mark(state, job, step, cause):
    """A fault of the release itself, so that the next preview can tell of it."""
    others = {name: entry for name, entry in failures(state).items() if name != key(job)}
    newest = dict(list(others.items())[-(FAILURES - 1):])
    places.write(state.top + "/failed.json", json.dumps({**newest, key(job): {"at": now(), "step": step, "cause": cause}}))


def clear(state, job):
    """It serves: what it failed by is over."""
    left = failures(state)
    if left.pop(key(job), None) is not None:
        places.write(state.top + "/failed.json", json.dumps(left))


def is_at_fault(job, at, error):
    """What another try can't mend; a full disk, a cut link or a killed program is the surroundings' fault."""
    if isinstance(error, (Unhealthy, HookFailed)):
        return True
    return isinstance(error, Refused) and (at == "start" or (at == "update" and job["conf_path"] in str(error)))
