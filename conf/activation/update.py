"""`exampleapp update`, by hand on the host: the same update as from outside, with the documented messages and question."""
import json
import os
import subprocess
import sys

import hand


def main(state, words):
    asked = hand.options(words, hand.OPTIONS)
    wait = asked.get("wait", 0.0)
    job = hand.current(state, wait)
    if job is None:
        return 1
    print("Updating %s..." % state.app, flush=True)
    source = job["source"]
    try:
        print(" > Pulling latest changes from repository...", flush=True)
        answer = resolve(state, job, source)
        fetch(state, job, source, answer["commit"])
        print(" > Installing updated dependencies...", flush=True)
        venv = build(state, job, source, answer)
    except (subprocess.CalledProcessError, RuntimeError) as error:
        what = error if isinstance(error, RuntimeError) else "%s: exit code %d" % (os.path.basename(next(word for word in error.cmd if word.endswith(".py"))), error.returncode)
        print("Update stopped, nothing was changed (%s)." % what, file=sys.stderr)
        return 1
    for line in answer["commits"]:
        print("   " + line)
    news = {"commit": answer["commit"], "venv": venv, "start": wants_start(asked)}
    for name in ("conf", "alias"):
        if source.get(name):
            if answer.get(name) is None:
                print("Update stopped, nothing was changed (%s is not in commit %s)." % (source[name], answer["commit"][:7]), file=sys.stderr)
                return 1
            news[name] = answer[name]
    if asked.get("overwrite-local-changes"):
        news["overwrite_local_changes"] = True
    return hand.activate(state, job, news, wait)


def resolve(state, job, source):
    asked = {"cache": source["cache"], "repository": source["repository"], "ref": source["ref"], "path": job["checkout"],
             "dependencies": source["dependencies"], "conf": source.get("conf"), "alias": source.get("alias"), **taken(source, "access", "subdirectory")}
    words = [sys.executable, state.programs + "/resolve.py"]
    return json.loads(subprocess.run(words, check=True, input=json.dumps(asked).encode(), stdout=subprocess.PIPE).stdout.decode())


def taken(source, *names):
    return {name: source[name] for name in names if name in source}


def fetch(state, job, source, commit):
    asked = {"path": job["checkout"], "commit": commit, **taken(source, "cache", "repository", "access", "submodules", "lfs")}
    words = [sys.executable, state.programs + "/deliver.py"]
    done = subprocess.run(words, input=json.dumps(asked).encode(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").replace("\r", "\n").splitlines()
        raise RuntimeError("\n  ".join([line for line in said if not line.startswith("remote: ")][-6:]))


def build(state, job, source, answer):
    """The environment that the plugin would build: by the same program, under the same name."""
    path = source["venvs"] + "/" + answer["digest"]
    asked = {"path": path, "user": source["user"], "home": source["home"], "digest": answer["digest"], "recipe": answer["recipe"],
             "files": {**answer["files"], **answer["locks"]}, "indexUrl": source.get("indexUrl")}
    if not os.path.exists(path + "/.complete"):
        words = [sys.executable, "-B", state.programs + "/build.py"]
        subprocess.run(words, check=True, input=json.dumps(asked).encode())
    return path


def wants_start(asked):
    """The documented question; where nobody can answer it, only --yes starts."""
    if asked.get("yes"):
        return True
    if not sys.stdin.isatty():
        return False
    return input("Start the service? (y/n) ").strip().lower().startswith("y")
