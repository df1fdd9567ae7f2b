"""Builds one environment, beside the one that serves. Runs on a host, as root; packages are installed as the app's user.

Takes JSON on standard input: path, digest, user, home, recipe (as resolve.py makes it), files (texts by path), indexUrl.
A path counts only with its `.complete`, which is written last: the digest, and a sum of the names of its packages.
"""
import fcntl
import glob
import json
import os
import shutil
import signal
import subprocess
import sys

import bytecode
import index_access
import interpreters
import managers
import pip_settings
import project
import steps
import tools
from runner import Failed, Runner

WRITE = """
import json, os, sys
os.umask(0o077)
for name, text in json.load(sys.stdin).items():
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    open(name, "w").write(text)
"""
COMPLETE = '{ echo "$1"; ls "$2"/lib/python*/site-packages | sha256sum; } >"$2/.complete.new" && mv "$2/.complete.new" "$2/.complete"'
UNPACK = 'mkdir "$3" && git -C "$1" archive "$2" | tar -x -C "$3"'


class Build:
    def __init__(self, asked):
        self.path, self.digest, self.user = asked["path"], asked["digest"], asked["user"]
        self.recipe, self.files, self.index = asked["recipe"], asked["files"], asked.get("indexUrl")
        self.directory = os.path.dirname(self.path)
        self.work = "%s/.files-%s" % (self.directory, self.digest)
        self.python = self.path + "/bin/python"
        self.runner = Runner(self.user, asked["home"], self.work, self.index)
        self.runner.more = {"UV_PROJECT_ENVIRONMENT": self.path, "UV_PYTHON_INSTALL_DIR": tools.TOP + "/python"}
        self.wheelhouse = None

    def main(self):
        top, owner = os.path.dirname(self.directory), ["-o", self.user, "-g", group_of(self.user)]
        if not os.path.isdir(top):
            subprocess.run(["install", "-d", "-m", "0711", top], check=True)
        if not os.path.isdir(self.directory):
            subprocess.run(["install", "-d", "-m", "0755", *owner, self.directory], check=True)
        # One build of an app at a time: an update by hand may want the same one. Held until this program ends.
        fcntl.flock(os.open(top, os.O_RDONLY), fcntl.LOCK_EX)
        # What an interrupted build left is not trusted; a complete one that somebody changed is mended where it is.
        if not self.is_complete():
            shutil.rmtree(self.path, ignore_errors=True)
        shutil.rmtree(self.work, ignore_errors=True)
        try:
            subprocess.run(["install", "-d", "-m", "0700", *owner, self.work, self.work + "/tmp"], check=True)
            self.make()
            self.runner.as_user(["sh", "-c", COMPLETE, "sh", self.digest, self.path])
            subprocess.run(["sync", "-f", self.path], check=True)
        finally:
            self.clean()

    def make(self):
        made, run = self.recipe, self.runner
        self.write({**self.files, ".netrc": index_access.netrc_of(self.index)})
        self.wheelhouse = self.find_wheelhouse(made.get("wheelhouse"))
        if self.wheelhouse:
            run.more["UV_OFFLINE"] = "1"
        brought = {name: self.bring(name) for name in managers.tools(made)}
        uv, tool = brought.get("uv"), brought.get(made["manager"])
        if uv and not self.index:
            self.take_settings()
        interpreter, version = interpreters.find(made["python"], made["managedPython"])
        if interpreter is None:
            interpreter, version = self.bring_python(made["python"])
        run.more["PDM_PYTHON"] = interpreter
        # A lock that is out of date is told before anything is made.
        exported = self.exported(version, interpreter, uv, tool) if tool and not self.goes_by_its_indexes() else None
        if not os.access(self.python, os.X_OK):
            print("making the environment with %s (%s)" % (interpreter, version), flush=True)
            run.as_user(steps.create(made, interpreter, self.path, uv))
        self.install(exported, version, uv)
        run.as_user(steps.compile_all(text_of(bytecode), self.path, self.newest()))
        run.as_user(steps.check(made, self.python, uv))

    def install(self, exported, version, uv):
        made, run = self.recipe, self.runner
        if made["manager"] == "pip":
            run.as_user(steps.install(made, self.python, uv, steps.each("-r", made["install"]), self.wheelhouse))
        elif made["manager"] == "pyproject":
            self.install_listed(self.read_project(version, uv or self.python), uv)
        elif exported is None:
            run.as_user(steps.sync(made, uv, self.python), without_index=True)
        else:
            self.install_listed(exported, uv, "--no-deps")

    def install_listed(self, listed, uv, *words):
        hashed, loose, own = steps.split(listed, keep_indexes=not self.index and not self.wheelhouse)
        for line in own:
            print("left out, as the checkout itself is the code: " + line, flush=True)
        for name, lines, first in ((".hashed", hashed, ["--require-hashes"]), (".loose", loose, [])):
            if any(not line.startswith("-") for line in lines):
                self.write({name: "\n".join(lines) + "\n"})
                self.runner.as_user(steps.install(self.recipe, self.python, uv, [*first, *words, "-r", name], self.wheelhouse))

    def goes_by_its_indexes(self):
        """uv installs from where its lock says. Else packages come from elsewhere, and are known by their hashes."""
        if self.recipe["manager"] != "uv" or self.wheelhouse:
            return False
        return not self.index or index_access.names(self.files["uv.lock"], self.index)

    def exported(self, version, interpreter, uv, tool):
        """What the lock holds. One that is not of its project fails here."""
        made, run = self.recipe, self.runner
        if made["manager"] != "uv":
            self.read_project(version, tool)
        fits = steps.fits(made["manager"], tool)
        if fits:
            run.as_user(fits, hint=steps.STALE[made["manager"]], without_index=True)
        return run.as_user(steps.export(made, tool, interpreter), capture=True, without_index=True)

    def read_project(self, version, beside):
        """Fails where the interpreter does not fit. `beside`: a tool, whose python has pip, and poetry's what poetry knows."""
        asked = [self.recipe["manager"], version, ",".join(self.recipe["extras"]), ",".join(self.recipe["groups"])]
        return self.runner.as_user([os.path.dirname(beside) + "/python", "-c", text_of(project), *asked], capture=True)

    def bring(self, name):
        return tools.bring(name, self.runner, any_python(), self.wheelhouse)

    def bring_python(self, asked):
        uv = self.bring("uv")
        print("bringing Python %s by uv" % asked, flush=True)
        self.runner.as_root(steps.bring_python(uv, asked), tools.scratch(), hint=steps.NO_DOWNLOAD)
        path = self.runner.as_root(steps.find_python(uv, asked), tools.scratch(), capture=True).strip()
        return path, interpreters.version_of(path)

    def take_settings(self):
        told = pip_settings.indexes(self.user, self.runner.home)
        for key, name in (("index-url", "UV_DEFAULT_INDEX"), ("extra-index-url", "UV_EXTRA_INDEX_URL")):
            if key in told:
                self.runner.more[name] = " ".join(told[key])
                self.runner.others += told[key]

    def find_wheelhouse(self, asked):
        """A directory of the host, or what the commit has."""
        if not asked:
            return None
        if "path" in asked:
            if not os.path.isdir(asked["path"]):
                raise Failed("dependencies.wheelhouse: %s is no directory of this host" % asked["path"])
            return asked["path"]
        place = self.work + "/wheelhouse"
        self.runner.as_user(["sh", "-c", UNPACK, "sh", asked["checkout"], asked["tree"], place])
        return place

    def write(self, texts):
        """As the user: its directory may hold links."""
        self.runner.as_user([any_python(), "-I", "-S", "-c", WRITE], text=json.dumps(texts))

    def is_complete(self):
        return os.path.exists(self.path + "/.complete")

    def newest(self):
        """The complete environment of this app that was made last, besides this one; None where there is none."""
        marks = [mark for mark in glob.glob(self.directory + "/*/.complete") if mark != self.path + "/.complete"]
        return os.path.dirname(max(marks, key=os.path.getmtime)) if marks else None

    def clean(self):
        """A failed build leaves nothing: on a full disk it would keep it full. Python does not always say that it was that."""
        if not self.is_complete():
            free = shutil.disk_usage(self.directory).free >> 20
            if free <= 10:
                print("No space left on device: %d MiB are free at %s" % (free, self.directory), file=sys.stderr)
            shutil.rmtree(self.path, ignore_errors=True)
        shutil.rmtree(self.work, ignore_errors=True)


def text_of(module):
    """A program for another interpreter."""
    return module.__loader__.get_source(module.__name__)


def group_of(user):
    return subprocess.check_output(["id", "-gn", user]).decode().strip()


def any_python():
    """The host's own: that of a supervisord may lack modules."""
    return shutil.which("python3") or sys.executable


def main():
    os.umask(0o022)
    build = Build(json.load(sys.stdin))

    def end(*_):
        build.runner.end()
        sys.exit(1)

    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(name, end)
    try:
        build.main()
    except (Failed, interpreters.Missing) as error:
        sys.exit(str(error) or 1)


if __name__ == "__main__":
    main()
