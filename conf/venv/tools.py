"""uv, poetry, pdm and pipenv beside the environments: one of each version for all apps of the host, root's own."""
import fcntl
import os
import shutil
import subprocess

import managers
import steps

TOP = "/var/lib/supervised/.tools"
# Where Debian keeps them, then where Python itself does. One without ensurepip fails later, with its own advice.
WHEELS = """
import ensurepip, glob, os, sysconfig
for place in (sysconfig.get_config_var("WHEEL_PKG_DIR"), os.path.dirname(ensurepip.__file__) + "/_bundled"):
    found = sorted(glob.glob(place + "/pip-*-py3-none-any.whl")) if place else []
    if found:
        print(found[-1])
        break
"""


def bring(name, runner, python, wheelhouse):
    """Installed where it is missing; the path of the tool itself."""
    pins = managers.TOOLS[name]
    place = "%s/%s" % (TOP, pins[0].replace("==", "-"))
    os.makedirs(TOP, mode=0o755, exist_ok=True)
    # Apps that are prepared side by side want the same one. The commands that follow have it closed.
    descriptor = os.open(place + ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not works(place):
            shutil.rmtree(place, ignore_errors=True)
            print("bringing %s, once for this host" % pins[0], flush=True)
            # uv is a program of its own: half of its time would be another one's, that installs pip.
            pip = pip_of(python) if name == "uv" else None
            runner.as_root([python, "-m", "venv", *(["--without-pip"] if pip else []), place], scratch())
            words = steps.bring_tool(place + "/bin/python", pins, wheelhouse, pip)
            runner.as_root(words, scratch(), hint=missing(pins[0]) if wheelhouse else "")
            open(place + "/.complete", "w").close()
            subprocess.run(["sync", "-f", place], check=True)
    finally:
        os.close(descriptor)
    return "%s/bin/%s" % (place, name)


def pip_of(python):
    """The wheel that `python -m venv` would install; None where it is not found."""
    done = subprocess.run([python, "-c", WHEELS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode().strip() or None


def scratch():
    place = TOP + "/tmp"
    os.makedirs(place, mode=0o700, exist_ok=True)
    return place


def missing(pin):
    return "%s is installed from the wheelhouse too: put it there with what it needs, as by `pip download --only-binary :all: '%s'`" % (pin, pin)


def works(place):
    """Whole, and the interpreter that it was made with is still there: an upgrade of the host may have taken it."""
    if not os.path.exists(place + "/.complete"):
        return False
    return subprocess.run([place + "/bin/python", "-c", "import pip"], stderr=subprocess.DEVNULL).returncode == 0
