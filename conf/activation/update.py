"""`exampleapp update`, by hand on the host: the same update as from outside, with the documented messages and question."""
import json
import os
import subprocess
import sys
import time

import detach
import places
from tree import Tree


def main(state, words):
    unknown = [word for word in words if word not in ("--yes", "-y")]
    if unknown:
        print("Unknown option: %s" % unknown[0], file=sys.stderr)
        return 2
    job = places.read_json(state.current)
    if job is None:
        print("%s has no release yet: the first one comes from `pulumi up`." % state.app, file=sys.stderr)
        return 1
    print("Updating %s..." % state.app, flush=True)
    source = job["source"]
    try:
        print(" > Pulling latest changes from repository...", flush=True)
        answer = resolve(state, job, source)
        fetch(job, answer["commit"])
        print(" > Installing updated dependencies...", flush=True)
        venv = build(state, job, source, answer)
    except subprocess.CalledProcessError as error:
        print("Update stopped, nothing was changed (%s)." % error.cmd[0], file=sys.stderr)
        return 1
    for line in answer["commits"]:
        print("   " + line)
    news = {"id": "%s-%d" % (time.strftime("%Y%m%dT%H%M%S"), os.getpid()), "commit": answer["commit"], "venv": venv}
    news["who"] = os.environ.get("SUDO_USER", "root") + "@" + os.uname().nodename
    for name in ("conf", "alias"):
        if source.get(name):
            news[name] = answer[name]
    news["start"] = wants_start(words)
    news["previous"] = None
    return activate(state, {**job, **news})


def resolve(state, job, source):
    asked = {"cache": source["cache"], "repository": source["repository"], "ref": source["ref"], "path": job["checkout"],
             "files": source["files"], "conf": source.get("conf"), "alias": source.get("alias"), "python": source["python"]}
    words = [sys.executable, state.programs + "/resolve.py", json.dumps(asked)]
    return json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout.decode())


def fetch(job, commit):
    tree = Tree(job["checkout"])
    if not tree.has(commit):
        tree.git("fetch", "--force", "--prune", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
    if not tree.has(commit):
        tree.git("fetch", "origin", commit)


def build(state, job, source, answer):
    path = source["venvs"] + "/" + answer["digest"]
    words = ["sh", state.programs + "/build.sh", path, source["python"], source["user"], source["home"],
             str(source["keep"]), job["venv_link"], answer["digest"]]
    asked = {"files": answer["files"], "install": source["files"], "indexUrl": source.get("indexUrl")}
    if not os.path.exists(path + "/.complete"):
        subprocess.run(words, check=True, input=json.dumps(asked).encode())
    return path


def wants_start(words):
    """The documented question; where nobody can answer it, only --yes starts."""
    if words:
        return True
    if not sys.stdin.isatty():
        return False
    return input("Start the service? (y/n) ").strip().lower().startswith("y")


MESSAGES = {
    "stop": " > Stopping service...",
    "conf": " > Updating Supervisor and shell configurations...",
    "update": " > Reloading Supervisor configuration...",
    "start": " > Starting service...",
}


def activate(state, job):
    directory = state.job(job["id"])
    os.makedirs(directory, mode=0o700)
    places.write(directory + "job.json", json.dumps(job))
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.dup2(writing, 1)
        os._exit(detach.start(state, job["id"]) or 0)
    os.close(writing)
    result = {"outcome": "unknown"}
    for line in os.fdopen(reading):
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if told.get("step") in MESSAGES:
            print(MESSAGES[told["step"]], flush=True)
        if "say" in told:
            print("   " + told["say"], flush=True)
        result = told.get("result", result)
    os.wait()
    return tell(state, job, result)


def tell(state, job, result):
    if result["outcome"] == "done":
        print("Update process complete.")
        if job["start"]:
            print("   %s serves %s, paused %d ms." % (state.app, job["commit"][:7], result["pause"]))
        else:
            print("   %s is stopped; `%s start` starts it." % (state.app, state.app))
        return 0
    print("Update failed at %s: %s" % (result.get("step", "start"), result.get("cause", "it is not known why")), file=sys.stderr)
    for line in result.get("log", []):
        print("  | " + line, file=sys.stderr)
    if result["outcome"] == "rolled-back":
        print("The version before is back.", file=sys.stderr)
    return 1
