"""What the app wants done between the new code and its start, e.g. migrations: as its user, in its environment."""
import os
import pwd
import selectors
import signal
import subprocess
import time

from journal import say


class HookFailed(Exception):
    def __init__(self, message, lines):
        super().__init__(message)
        self.lines = lines


def run(job):
    for hook in job.get("hooks") or []:
        say(step="hook %s" % hook["name"])
        run_one(job, hook)


def run_one(job, hook):
    owner = pwd.getpwnam(job["source"]["user"])
    venv = job["venv_link"]
    environment = {
        **(job.get("environment") or {}),
        "HOME": job["source"]["home"],
        "PATH": "%s/bin:%s" % (venv, os.environ["PATH"]),
        "VIRTUAL_ENV": venv,
        "LC_ALL": "C.UTF-8",
        "SUPERVISED_APP": job["app"],
        "SUPERVISED_COMMIT": job["commit"],
    }
    # close_fds: a daemon that a hook leaves behind must not hold the app's lock for ever.
    words = ["runuser", "-u", owner.pw_name, "--", "sh", "-c", hook["command"]]
    child = subprocess.Popen(
        words, cwd=os.path.dirname(venv), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, close_fds=True, start_new_session=True,
    )
    lines, why = follow(child, time.monotonic() + hook["timeout"])
    if why is None and child.returncode != 0:
        why = "exit code %d" % child.returncode if child.returncode > 0 else "ended by signal %d" % -child.returncode
    if why is not None:
        raise HookFailed("hook %s: %s" % (hook["name"], why if why != "timeout" else "took longer than %s s and was ended" % hook["timeout"]), lines)


def follow(child, end):
    """Its lines, each said as it comes; "timeout" when it had to be ended."""
    lines, rest = [], b""
    with selectors.DefaultSelector() as ready:
        ready.register(child.stdout, selectors.EVENT_READ)
        while child.poll() is None or ready.select(0):
            if time.monotonic() > end:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                return lines, "timeout"
            if not ready.select(0.05):
                continue
            chunk = os.read(child.stdout.fileno(), 1 << 16)
            if not chunk:
                break
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                lines = (lines + [line.decode("utf-8", "replace")])[-40:]
                say(step=lines[-1])
    while child.poll() is None:
        if time.monotonic() > end:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return lines, "timeout"
        time.sleep(0.02)
    return (lines + [rest.decode("utf-8", "replace")] if rest else lines)[-40:], None
