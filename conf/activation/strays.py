"""Processes of a group that its supervisord does not know: a supervisord that was killed leaves them running."""
import os
import shlex
import signal
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")


def status(pid):
    """What /proc tells of a process behind its name: state, parent, …; OSError when it has ended."""
    with open("/proc/%d/stat" % pid) as stat:
        return stat.read().rpartition(")")[2].split()


def parent_of(pid):
    return int(status(pid)[1])


def started(pid):
    """Milliseconds of uptime at which it was started; None when it has ended."""
    try:
        return int(status(pid)[19]) * 1000 // TICK
    except (OSError, ValueError, IndexError):
        return None


def find(group, known, commands):
    """
    Leaders of process groups that a supervisord once started for this group, that nobody is the parent of any more, and
    that are none of `known`. What the app itself left behind on purpose runs another command, and is let be.
    """
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) in known or int(name) == os.getpid():
            continue
        pid = int(name)
        try:
            if os.getpgid(pid) != pid:
                continue
            with open("/proc/%d/cmdline" % pid, "rb") as cmdline:
                words = cmdline.read().decode("utf-8", "replace").split("\0")[:-1]
            parent = parent_of(pid)
        except OSError:
            continue
        if parent == 1 and not is_zombie(pid) and any(runs(words, command) for command in commands):
            if "SUPERVISOR_GROUP_NAME=" + group in environment(pid):
                found.append(pid)
    return found


def environment(pid):
    """`NAME=value` of a process. In a container root may have to be its owner to see it."""
    done = as_owner_of(pid, ["cat", "/proc/%d/environ" % pid])
    return done.stdout.decode("utf-8", "replace").split("\0") if done else []


def as_owner_of(pid, words):
    """What a command run as the account of a process says; None where that has ended."""
    try:
        owner = os.stat("/proc/%d" % pid)
        become = lambda: (os.setgid(owner.st_gid), os.setuid(owner.st_uid))  # noqa: E731
        return subprocess.run(words, preexec_fn=become, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None


def runs(words, command):
    """Whether a process with these words was started by this command; an interpreter may stand before a script."""
    try:
        asked = shlex.split(command)
    except ValueError:
        return False
    tail = asked[1:]
    before = words[: len(words) - len(tail)]
    return words[len(before):] == tail and os.path.basename(asked[0]) in [os.path.basename(word) for word in before]


def end(pids, patience):
    """The whole process group of each: first asked, then killed."""
    for sign, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
        for pid in pids:
            try:
                os.killpg(pid, sign)
            except ProcessLookupError:
                pass
        limit = time.monotonic() + seconds
        while pids and time.monotonic() < limit:
            time.sleep(0.02)
            pids = [pid for pid in pids if not is_zombie(pid)]


def is_zombie(pid):
    """It has ended, whether or not anybody has asked for its exit code."""
    try:
        return status(pid)[0] == "Z"
    except OSError:
        return True
