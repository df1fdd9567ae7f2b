"""Puts the programs and a job on the host and hands over to them. Run as `python3 -c`, with JSON on standard input.

Takes {app, version, files, job, words, asked}: the programs go to a directory of their version, so that one which runs
is never changed under itself; then `words` are run there, with `asked` on standard input: words are seen in `ps`.
"""
import json
import os
import py_compile
import sys

os.umask(0o022)
asked = json.load(sys.stdin)
state = "/var/lib/supervised/" + asked["app"]
os.makedirs(state, exist_ok=True)
os.chmod(state, 0o711)
programs = state + "/programs"
os.makedirs(programs, mode=0o700, exist_ok=True)
os.chmod(programs, 0o700)
place = programs + "/" + asked["version"]


def write(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


if not os.path.isdir(place):
    new = "%s.%d" % (place, os.getpid())
    os.makedirs(new, mode=0o700)
    for name, text in asked["files"].items():
        write(new + "/" + name, text)
        if name.endswith(".py"):
            # On disk too before anybody can find it: half a file of these would keep a program from starting at a boot.
            sync(py_compile.compile(new + "/" + name, dfile=place + "/" + name, doraise=True))
    try:
        os.rename(new, place)
    except OSError:
        pass  # another run was faster: it is the same version
if asked.get("job"):
    job = state + "/jobs/" + asked["job"]["id"]
    os.makedirs(job, mode=0o700, exist_ok=True)
    os.chmod(state + "/jobs", 0o700)
    write(job + "/job.json", json.dumps(asked["job"]))
if asked.get("asked"):
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            json.dump(asked["asked"], pipe)
        os._exit(0)
    os.close(writing)
    os.dup2(reading, 0)
# The interpreter of supervisord: it knows the protocol of its socket.
os.execv(sys.executable, [sys.executable, "-B", place] + asked["words"])
