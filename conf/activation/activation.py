"""One activation: a prepared release is put in place whole, or the one before comes back."""
import json
import os
import subprocess
import sys

import check
import places
from faults import fault
from journal import milliseconds, note, say
from rollback import Rollback
from space import Reserve
from supervisord import Down, Refused, Supervisord
from tree import Tree


class Failed(Exception):
    """A step failed; args: its name and the cause."""


class Activation:
    def __init__(self, state, job):
        self.state, self.job, self.id = state, job, job["id"]
        self.tree = Tree(job["checkout"])
        self.supervisord = Supervisord()
        self.reserve = Reserve(state, job)
        self.served = None

    # -- before the pause: nothing that anybody relies on is touched

    def prove(self):
        job = self.job
        if not self.tree.has(job["commit"]):
            raise Failed("prove", "commit %s is not in %s" % (job["commit"][:7], job["checkout"]))
        if not os.access(job["venv"] + "/bin/python", os.X_OK) or not os.path.exists(job["venv"] + "/.complete"):
            raise Failed("prove", "the environment %s is not complete" % job["venv"])
        if not self.supervisord.answers():
            raise Failed("prove", "supervisord does not answer")
        places.prepare(job["conf_path"], job["conf"], job["conf_mode"])
        words = [sys.executable, self.state.programs + "/validate.py", places.beside(job["conf_path"]), job["conf_path"]]
        proof = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if proof.returncode != 0:
            raise Failed("prove", proof.stdout.decode("utf-8", "replace").strip())

    def save(self):
        """What there is now, on disk before the activation counts as open."""
        job = self.job
        venv = job["venv_link"]
        old = {
            "commit": self.tree.head(),
            "venv": {"directory": True} if os.path.isdir(venv) and not os.path.islink(venv) else places.save(venv),
            "places": {path: places.save(path) for path in self.paths()},
            "running": {group: self.is_up(group) for group in self.groups()},
        }
        places.write(self.state.job(self.id, "old.json"), json.dumps(old))
        return old

    def paths(self):
        job = self.job
        previous = job.get("previous") or {}
        both = [job["conf_path"], job["alias_path"], job["command_path"]]
        both += [previous.get(key) for key in ("conf_path", "alias_path", "command_path")]
        return [path for path in dict.fromkeys(both) if path]

    def groups(self):
        previous = self.job.get("previous") or {}
        return [group for group in dict.fromkeys([self.job["group"], previous.get("group")]) if group]

    def is_up(self, group):
        return any(one["statename"] in ("RUNNING", "STARTING", "BACKOFF") for one in self.supervisord.processes(group))

    def open(self):
        job = self.job
        self.reserve.take(self.tree)
        for name in ("alias", "command"):
            if job[name] is not None:
                places.prepare(job[name + "_path"], job[name], job[name + "_mode"])
        places.write(self.state.owner, json.dumps(job["owner"]))
        places.write(self.state.open, self.id)
        # A supervisord that boots in the middle runs the recovery, and nothing else of this app.
        places.write(gate(job), gate_text(job, self.state), 0o644)

    # -- the pause

    def step(self, name):
        note(self.state, self.id, step=name)
        say(step=name, at=milliseconds())
        fault(self.state, name)

    def run(self):
        """The result as a dictionary; whatever happens, it ends with one."""
        job = self.job
        say(step="prove")
        try:
            self.prove()
            old = self.save()
            self.open()
        except (Failed, Refused, Down, OSError, RuntimeError, subprocess.SubprocessError) as error:
            self.forget()
            cause = error.args[1] if isinstance(error, Failed) else str(error)
            return {"outcome": "refused", "step": "prove", "cause": cause, "pause": 0}
        note(self.state, self.id, event="begin", who=job["who"], before=old["commit"], commit=job["commit"])
        offset = check.log_size(job.get("log"))
        begun = milliseconds()
        at = "stop"
        try:
            for at, act in self.steps(old):
                self.step(at)
                act()
            pause = self.served - begun if self.was_up and self.served else 0
            return self.finish({"outcome": "done", "pause": pause, "before": old["commit"], "commit": job["commit"]})
        except Exception as error:  # whatever it is: the old version comes back
            cause = error.args[0] if error.args else repr(error)
            lines = check.log_since(job.get("log"), offset)
            rolled = Rollback(self, old).run(at, str(cause))
            return {**rolled, "step": at, "cause": str(cause), "log": lines, "pause": milliseconds() - begun, "before": old["commit"]}

    def steps(self, old):
        job, running = self.job, self.supervisord
        self.was_up = any(old["running"].values())
        if self.is_quiet(old):
            yield "alias", self.install
            return
        yield "stop", lambda: [running.stop(group, job["stopwaitsecs"] + 10) for group in self.groups()]
        yield "hold", lambda: [places.remove(path) for path in (job["conf_path"], (job.get("previous") or {}).get("conf_path")) if path]
        yield "reset", lambda: self.tree.reset(job["commit"])
        yield "venv", self.switch
        yield "conf", lambda: places.commit(job["conf_path"])
        yield "alias", self.install
        yield "update", lambda: self.renew(old)
        if not job["start"]:
            # A conf with autostart=true has just been started by supervisord.
            yield "stay", lambda: running.stop(job["group"], job["stopwaitsecs"] + 10)
            return
        yield "start", lambda: running.start(job["group"])
        yield "check", self.check

    def is_quiet(self, old):
        """Nothing differs that the processes stand on: only the alias goes in, and nobody is stopped."""
        job = self.job
        saved = old["places"].get(job["conf_path"]) or {}
        return (
            not job.get("previous") and old["commit"] == job["commit"] and not self.tree.changed()
            and (old["venv"] or {}).get("link") == job["venv"] and saved.get("text") == job["conf"]
            and self.was_up == job["start"]
        )

    def switch(self):
        link = self.job["venv_link"]
        if os.path.isdir(link) and not os.path.islink(link):
            os.rename(link, self.aside())  # made by hand: its shebangs go on working, and it can come back
        places.link(link, self.job["venv"])

    def aside(self):
        return "%s.before-%s" % (self.job["venv_link"], self.id)

    def install(self):
        job, previous = self.job, self.job.get("previous") or {}
        for name in ("alias", "command"):
            if job[name] is not None:
                places.commit(job[name + "_path"])
            elif job[name + "_path"]:
                places.remove(job[name + "_path"])
            old = previous.get(name + "_path")
            if old and old != job[name + "_path"]:
                places.remove(old)

    def renew(self, old):
        saved = old["places"].get(self.job["conf_path"]) or {}
        changed = saved.get("text") != self.job["conf"]
        others = set(self.supervisord.renew(self.job["group"], changed)) - set(self.groups()) - {gate_name(self.job)}
        if others:
            say(say="other programs of this host have changes that were left alone: " + ", ".join(sorted(others)))
        for group in self.groups()[1:]:
            self.supervisord.drop(group)

    def check(self):
        self.served = check.running(self.supervisord, self.job)

    # -- the end

    def finish(self, result):
        """The result first, then the gate, then the mark: whoever dies in between leaves something to find."""
        self.step("finish")
        if result["outcome"] == "done":
            places.write(self.state.current, json.dumps(self.job))
            wrapper = "exec %s -B %s update %s \"$@\"\n" % (sys.executable, self.state.programs, self.job["app"])
            places.write(self.state.top + "/update", wrapper)
            self.leave(self.job.get("previous") or {})
        note(self.state, self.id, event="end", **result)
        self.close()
        return result

    def leave(self, previous):
        """After a rename or a move: nothing of the old name stays but its checkout, which has its own owner."""
        link = previous.get("venv_link")
        if link and link != self.job["venv_link"] and os.path.islink(link):
            places.remove(link)
        if previous.get("app") and previous["app"] != self.job["app"]:
            places.State(previous["app"]).clear()

    def close(self):
        self.reserve.free()
        places.remove(gate(self.job))
        places.remove(self.state.open)
        try:
            # A boot in the middle made it a group; the recovery can't take itself away.
            self.supervisord.drop(gate_name(self.job))
        except (Down, Refused):
            pass

    def forget(self):
        self.reserve.free()
        for path in self.paths():
            places.remove(places.beside(path))


def gate_name(job):
    return job["app"] + "-recover"


def gate(job):
    directory, name = os.path.split(job["conf_path"])
    return "%s/%s%s" % (directory, gate_name(job), os.path.splitext(name)[1])


def gate_text(job, state):
    return (
        "; Made by supervised while %s is being updated; it goes when the update is over.\n"
        "[program:%s-recover]\ncommand=%s -B %s recover %s\nautorestart=false\nstartsecs=0\n"
        "stdout_logfile=NONE\nstderr_logfile=NONE\n" % (job["app"], job["app"], sys.executable, state.programs, job["app"])
    )
