"""Starts the supervisord of this host as it ran before: by the host's init where that starts this very one, else by its own words."""
import os
import shlex
import subprocess
import tempfile
import time

from daemon import PATH, running


class Unstartable(Exception):
    """Why it can't be started, and what to do."""


def service(daemon):
    """The name of what starts it at a boot; None when nothing that names its script does."""
    systemd = os.path.isdir("/run/systemd/system")
    for name in filter(None, (daemon.unit, "supervisor", "supervisord")):
        if systemd:
            text = subprocess.run(["systemctl", "cat", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode("utf-8", "replace")
        else:
            text = content("/etc/init.d/" + name)
        if daemon.script in text:
            return name
    return None


def content(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def start(daemon, enable=False):
    """Starts it, and with `enable` has it start at each boot too where the host's init can. Raises Unstartable."""
    if daemon is None:
        raise Unstartable("there is no supervisord on this host any more")
    name = service(daemon)
    if name is None:
        return start_by_words(daemon)
    systemd = os.path.isdir("/run/systemd/system")
    if enable and not systemd:
        run(["update-rc.d", name, "defaults"])
    code, said = run((["systemctl"] + (["enable", "--now"] if enable else ["start"]) + [name]) if systemd else ["service", name, "start"])
    if code != 0:
        raise Unstartable("`service %s start` ends with exit code %d: %s" % (name, code, said))


def start_by_words(daemon):
    # In the foreground it was somebody's child, who may start it again: two would fight for the socket.
    if stays(daemon.words):
        time.sleep(3)
        if running():
            return
    code, said = run(daemon.words, daemon.cwd, daemon.variables)
    if code:
        raise Unstartable("no service of this host starts it, and `%s` ends with exit code %d: %s" % (" ".join(map(shlex.quote, daemon.words)), code, said))


def stays(words):
    return "-n" in words or "--nodaemon" in words


def run(words, cwd="/", environment=None):
    """(exit code, output); None for one that stays. It inherits no lock: it would hold that for ever."""
    environment = environment or {"PATH": PATH}
    with tempfile.TemporaryFile() as output:
        try:
            child = subprocess.Popen(words, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        except OSError as error:
            return 127, str(error)
        end = time.monotonic() + 30
        while child.poll() is None and time.monotonic() < end and not stays(words):
            time.sleep(0.02)
        output.seek(0)
        return child.poll(), output.read().decode("utf-8", "replace").strip()[-2000:]
