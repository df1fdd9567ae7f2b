"""Asks daemon.py, door.py and validate.py what they make of command lines and confs: a JSON list of questions, answers likewise."""
import contextlib
import io
import json
import os
import runpy
import sys
import tempfile

folders = sys.argv[1:3]
sys.path[:0] = folders
import daemon  # noqa: E402
import door  # noqa: E402

directory = os.path.realpath(tempfile.mkdtemp())


def place(name, text):
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    return path


def told(text):
    return text.replace(directory, "HERE") if isinstance(text, str) else text


def words(line):
    """Interpreter, script and conf that a command line means; null where it is no supervisord's."""
    if daemon.script_at(line) is None:
        return None
    seen = daemon.Daemon(line, directory)
    return [told(seen.python), told(seen.script), told(seen.conf)]


def conf(text):
    seen = daemon.Daemon(["python3", "/opt/supervisor/bin/supervisord", "-c", place("main.conf", text)])
    seen.variables = {"STAGE": "blue"}
    try:
        return {"door": [told(part) for part in door.door(seen)], "patterns": [told(one) for one in door.patterns(seen)]}
    except (door.Unreadable, ValueError) as error:
        return {"error": told(str(error))}


def same(before, after, meanwhile=None):
    """Whether validate.py takes both for the same. `meanwhile`: after so many readings another app's conf comes, or goes."""
    main = place("v/main.conf", "[supervisord]\n[include]\nfiles = conf.d/*.conf\n")
    installed, candidate = place("v/conf.d/app.conf", before), place("v/conf.d/.app.conf.new", after)
    found, words, said = daemon.find, sys.argv, io.StringIO()
    daemon.find = lambda: daemon.Daemon(["python3", "/x/supervisord", "-c", main])
    other = directory + "/v/conf.d/other.conf"
    readings, reads = [], door.ServerOptions.read_config

    def read(self, file):
        read_so_far = reads(self, file)
        readings.append(file)
        if [len(readings), "comes"] == meanwhile:
            place("v/conf.d/other.conf", "[program:other]\ncommand=/bin/cat\n")
        if [len(readings), "goes"] == meanwhile:
            os.unlink(other)
        return read_so_far

    if meanwhile and meanwhile[1] == "goes":
        place("v/conf.d/other.conf", "[program:other]\ncommand=/bin/cat\n")
    door.ServerOptions.read_config = read
    sys.argv = ["validate.py", candidate, installed, "app"]
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(folders[1] + "/validate.py", run_name="__main__")
        return json.loads(said.getvalue())["same"]
    except SystemExit as refusal:
        return told(str(refusal))
    finally:
        daemon.find, sys.argv, door.ServerOptions.read_config = found, words, reads
        if os.path.exists(other):
            os.unlink(other)


def shebang(text):
    return daemon.shebang(place("script", text))


place("etc/supervisord.conf", "")
print(json.dumps([globals()[kind](*asked) for kind, *asked in json.load(sys.stdin)]))
