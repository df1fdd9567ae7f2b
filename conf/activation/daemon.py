"""
The supervisord of this host: how it was started, its interpreter, its main conf. Any python3 finds it. Run with `run` and
a program, it runs that by supervisord's own interpreter, which has supervisor's library.
"""
import getopt
import json
import os
import re
import shlex
import shutil
import sys
import warnings

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PLACES = PATH + ":/opt/supervisor/bin:/opt/supervisord/bin"
# How it was started when it was seen last: one that was installed by hand may be nowhere else.
RECORD = "/var/lib/supervised/supervisord.json"
SHORT = "h?c:vnu:m:d:l:y:z:e:j:i:q:a:kts"
LONG = """help configuration= version nodaemon user= umask= directory= logfile= logfile_maxbytes= logfile_backups= loglevel=
    pidfile= identifier= childlogdir= minfds= minprocs= nocleanup strip_ansi profile_options= silent""".split()


class Daemon:
    """`words` as in its process list: interpreter, script, options."""

    def __init__(self, words, cwd="/", pid=None, unit=None):
        self.words, self.cwd, self.pid, self.unit = words, cwd, pid, unit
        self.variables = variables(pid) if pid else None
        at = script_at(words)
        self.script = os.path.join(cwd, words[at])
        self.python = shutil.which(words[0], path=PLACES) if at and "/" not in words[0] else os.path.join(cwd, words[0])
        self.conf = self.asked(words[at + 1:]) or search(self.script, cwd if pid else None)

    def asked(self, options):
        """What `-c` says, read as supervisord does."""
        try:
            found = [value for name, value in getopt.getopt(options, SHORT, LONG)[0] if name in ("-c", "--configuration")]
        except getopt.GetoptError:  # of a version that has more options
            found = [options[i + 1] for i, word in enumerate(options[:-1]) if word in ("-c", "--configuration")]
        return os.path.normpath(os.path.join(self.cwd, found[0])) if found else None

    def environment(self):
        """Its own, which %(ENV_X)s means; ours where it does not run."""
        return dict(os.environ) if self.variables is None else self.variables

    def remember(self, door):
        """`door`: as known.py goes by it, or None."""
        known = {"words": self.words, "cwd": self.cwd, "unit": self.unit, "door": door}
        if self.pid and recorded() != known:
            os.makedirs(os.path.dirname(RECORD), exist_ok=True)
            new = "%s.%d" % (RECORD, os.getpid())
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(known, file)
            os.rename(new, RECORD)

    def supervisorctl(self):
        """What people on the host type, as a line of shell: without `-c` where it finds the conf by itself."""
        beside = os.path.join(os.path.dirname(self.script), "supervisorctl")
        plain = shutil.which("supervisorctl", path=PATH)
        words = ["supervisorctl"] if plain == beside else [beside] if os.access(beside, os.X_OK) else [self.python, "-m", "supervisor.supervisorctl"]
        finds = self.conf is None or (plain == beside and search(plain) == self.conf)
        return " ".join(map(shlex.quote, words + ([] if finds else ["-c", self.conf])))


def variables(pid):
    with open("/proc/%d/environ" % pid, "rb") as file:
        pairs = [pair.decode("utf-8", "surrogateescape") for pair in file.read().split(b"\0") if b"=" in pair]
    return dict(pair.split("=", 1) for pair in pairs)


def script_at(words):
    """Where the script is among the words of a supervisord; None for those of another program."""
    for at, word in enumerate(words[:4]):
        if os.path.basename(word) == "supervisord" or (at and words[at - 1] == "-m" and word == "supervisor.supervisord"):
            interpreted = re.match(r"(python|pypy)[\d.]*$", os.path.basename(words[0])) and all(one.startswith("-") for one in words[1:at])
            return at if at == 0 or interpreted else None
    return None


def search(script, cwd=None):
    """The main conf that supervisor finds by itself; None when there is none."""
    top = os.path.dirname(os.path.dirname(script))
    tried = [top + "/etc/supervisord.conf", top + "/supervisord.conf"]
    tried += [cwd + "/supervisord.conf", cwd + "/etc/supervisord.conf"] if cwd else []
    tried += ["/etc/supervisord.conf", "/etc/supervisor/supervisord.conf"]
    return next((os.path.normpath(path) for path in tried if os.path.exists(path)), None)


def running():
    """Those that root runs on this very system: not in a container or chroot on it, and not their forks."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                words = [word.decode("utf-8", "surrogateescape") for word in file.read().split(b"\0")[:-1]]
            if script_at(words) is None or os.stat("/proc/" + pid).st_uid != 0:
                continue
            with open("/proc/%s/stat" % pid) as file:
                fields = file.read().rpartition(")")[2].split()
            if fields[0] == "Z" or not os.path.samestat(os.stat("/proc/%s/root" % pid), os.stat("/")):
                continue
            with open("/proc/%s/cgroup" % pid) as file:
                unit = re.search(r"/([^/\n]+\.service)$", file.read(), re.M)
            found[int(pid)] = int(fields[1]), int(fields[19]), Daemon(words, os.readlink("/proc/%s/cwd" % pid), int(pid), unit and unit.group(1))
        except (OSError, ValueError):
            continue  # it has ended meanwhile
    first = sorted((begun, pid) for pid, (parent, begun, _) in found.items() if parent not in found)
    daemons = [found[pid][2] for _, pid in first]
    # Where several run, Debian's own serves the host.
    return sorted(daemons, key=lambda daemon: daemon.conf != "/etc/supervisor/supervisord.conf")


def recorded():
    try:
        with open(RECORD) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def find():
    """The one that runs; else as it ran, or would by what is installed; None on a host without one."""
    for daemon in running():
        return daemon
    known = recorded()
    if known is not None:
        daemon = Daemon(known["words"], known["cwd"], None, known["unit"])
        if os.path.exists(daemon.script) and daemon.python and os.path.exists(daemon.python) and daemon.conf:
            return daemon
    script = shutil.which("supervisord", path=PLACES)
    return None if script is None else Daemon(shebang(script) + [script] + configured(script))


def shebang(script):
    """The interpreter of a script. One whose path is too long for the first line is called by a shell, on the second."""
    with open(script, "rb") as file:
        lines = file.read(4096).decode("utf-8", "replace").split("\n")
    called = re.match(r"'''exec' \"?(.+?)\"? \"\$0\"", lines[1]) if lines[0] == "#!/bin/sh" and len(lines) > 1 else None
    words = [called.group(1)] if called else lines[0][2:].split()
    return words[1:] if words and os.path.basename(words[0]) == "env" else words


def configured(script):
    """`-c FILE`, where the init of the host would start it so."""
    for path in ("/etc/init.d/supervisor", "/etc/init.d/supervisord", "/etc/systemd/system/supervisord.service",
                 "/etc/systemd/system/supervisor.service", "/lib/systemd/system/supervisor.service"):
        try:
            with open(path) as file:
                text = file.read()
        except (OSError, UnicodeDecodeError):
            continue
        named = re.search(r"(?:\s|\")(?:-c|--configuration)[ =]?[\"']?(/[^\s\"']+)", text)
        if script in text and named and os.path.exists(named.group(1)):
            return ["-c", named.group(1)]
    return []


if __name__ == "__main__" and sys.argv[1:2] == ["run"]:
    seen = find()
    interpreter = seen.python if seen else sys.executable
    if interpreter != sys.executable:
        os.execv(interpreter, [interpreter, "-B", "-W", "ignore", "-c"] + sys.argv[2:])
    # Another start of the same one would take longer than many a program.
    warnings.simplefilter("ignore")
    sys.modules["daemon"] = sys.modules["__main__"]  # compiled already
    program = sys.argv[2]
    sys.argv[:] = ["-c"] + sys.argv[3:]
    exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})
