"""The environment of the program as a file: 0600, of the account that runs it."""
import os
import pwd
import subprocess

import places

READ = 'set -a; . "$0"; exec /usr/bin/env -0'


def stage(job):
    """Beside its place; what is wrong with it, or None: a shell of that account has to read from it what was meant."""
    file = job.get("environment_file")
    if not file:
        return None
    try:
        account = pwd.getpwuid(int(file["owner"])) if file["owner"].isdigit() else pwd.getpwnam(file["owner"])
    except KeyError:
        return "the environment can't be given to %s: there is no such account" % file["owner"]
    places.prepare(file["path"], file["text"], 0o600, (account.pw_uid, account.pw_gid))
    words = ["runuser", "-u", account.pw_name, "--", "env", "-i", "/bin/sh", "-c", READ, places.beside(file["path"])]
    done = subprocess.run(words, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    read = dict(entry.split(b"=", 1) for entry in done.stdout.split(b"\0") if b"=" in entry)
    wrong = [name for name, value in sorted(file["values"].items()) if read.get(os.fsencode(name)) != value.encode()]
    if wrong:
        return "the environment can't be read by a shell on this host: %s %s" % (", ".join(wrong), done.stderr.decode("utf-8", "replace").strip())
    return None


def commit(job):
    file = job.get("environment_file")
    if file:
        places.commit(file["path"])


def is_as(job, old):
    """Whether what is there is what the job brings."""
    file = job.get("environment_file")
    if not file:
        return True
    saved = old["places"].get(file["path"]) or {}
    return saved.get("text") == file["text"] and saved.get("mode") == 0o600
