"""One activation: a prepared release is put in place whole, or the one before comes back."""
import json
import os
import subprocess

import check
import extras
import gate
import hooks
import places
import releases
import roll
import strays
import surroundings
from faults import fault
from journal import milliseconds, note, say
from prove import Unproven, prove
from quiet import is_quiet
from rollback import Rollback
from shared import Shared, unlink
from space import Reserve
from supervisord import Down, Refused, Supervisord
from tree import Tree


class Activation:
    def __init__(self, state, job):
        self.state, self.job, self.id = state, job, job["id"]
        self.tree = Tree(job["checkout"], job["source"])
        self.shared = Shared(job, self.tree)
        self.supervisord = Supervisord()
        self.reserve = Reserve(state, job)
        self.served = None
        self.begun = None
        self.logs = {}
        self.one_by_one = 0
        self.submodules = []
        self.stops_because = None

    # -- before the pause: nothing that anybody relies on is touched

    def prepare(self):
        """Proven, what is there saved, and the mark and the gate in place."""
        fault(self.state, "prove")
        self.supervisord.remember()
        local, programs = prove(self)
        self.job["programs"] = programs
        places.write(self.state.job(self.id, "job.json"), json.dumps(self.job))
        aside = local.keep(self.state, self.id)
        if aside:
            note(self.state, self.id, event="kept aside", where=aside)
            say(say="local changes in %s are kept as %s" % (self.job["checkout"], aside))
        old = self.save(local.in_the_way)
        fault(self.state, "save")
        self.open()
        fault(self.state, "open")
        return old

    def save(self, in_the_way):
        """What there is now, on disk before the activation counts as open."""
        job = self.job
        venv = job["venv_link"]
        self.submodules = extras.checked_out(self.tree)
        one_by_one, self.stops_because = roll.plan(self)
        old = {
            "commit": self.tree.head(),
            "venv": {"directory": True} if os.path.isdir(venv) and not os.path.islink(venv) else places.save(venv),
            "places": {path: places.save(path) for path in self.paths()},
            "running": {group: self.is_up(group) for group in self.groups()},
            "one_by_one": one_by_one,
            "in_the_way": in_the_way,
            "shared": self.shared.plan(),
            "programs": (places.read_json(self.state.current) or {}).get("programs", []),
        }
        places.write(self.state.job(self.id, "old.json"), json.dumps(old))
        return old

    def paths(self):
        keys = ("conf_path", "alias_path", "command_path", "environment_path")
        both = [places_of.get(key) for places_of in (self.job, self.job.get("previous") or {}) for key in keys]
        return [path for path in dict.fromkeys(both) if path]

    def groups(self):
        previous = self.job.get("previous") or {}
        return [group for group in dict.fromkeys([self.job["group"], previous.get("group")]) if group]

    def is_up(self, group):
        """Whether it runs or is meant to: only what was stopped, or ended by itself, is to stay so."""
        wanted = ("RUNNING", "STARTING", "BACKOFF", "FATAL")
        return any(one["statename"] in wanted for one in self.supervisord.processes(group))

    def open(self):
        job = self.job
        self.reserve.take(self.tree)
        for name in ("alias", "command"):
            if job[name] is not None:
                places.prepare(job[name + "_path"], job[name], job[name + "_mode"])
        places.write(self.state.owner, json.dumps(job["owner"]))
        places.write(self.state.open, self.id)
        gate.put(job, self.state)

    # -- the pause

    def step(self, name):
        note(self.state, self.id, step=name, served=self.served)
        say(step=name, at=milliseconds())
        fault(self.state, name)

    def run(self):
        """The result as a dictionary; whatever happens, it ends with one."""
        job = self.job
        say(step="prove")
        try:
            old = self.prepare()
        except (Unproven, Refused, Down, OSError, RuntimeError, subprocess.SubprocessError) as error:
            self.forget()
            note(self.state, self.id, event="refused", who=job["who"], commit=job["commit"], cause=str(error))
            return {"outcome": "refused", "step": "prove", "cause": str(error), "pause": 0}
        note(self.state, self.id, event="begin", who=job["who"], before=old["commit"], commit=job["commit"], uptime=milliseconds())
        self.logs = check.log_sizes(self.supervisord, self.groups(), job["programs"])
        self.begun = milliseconds()
        at = "stop"
        try:
            for at, act in self.steps(old):
                self.step(at)
                act()
            return self.finish({"outcome": "done", "pause": self.pause(old), "before": old["commit"], "commit": job["commit"], **self.told()})
        except Exception as error:  # whatever it is: the old version comes back
            return self.fail(old, at, error)

    def told(self):
        return {"one_by_one": self.one_by_one} if self.one_by_one else {}

    def fail(self, old, at, error):
        cause = str(error.args[0]) if error.args else repr(error)
        lines = error.lines if isinstance(error, hooks.HookFailed) else check.log_since(self.logs, self.supervisord, self.groups())
        rolled = Rollback(self, old).run(at, cause)
        if releases.is_at_fault(self.job, at, error):
            releases.mark(self.state, self.job, at, cause)
        return {"pause": self.pause(old), **rolled, "step": at, "cause": cause, "log": lines, "before": old["commit"]}

    def pause(self, old):
        """Milliseconds in which nobody was served: to the first sign of life, of whichever version. None: a boot lies between."""
        if not any(old["running"].values()):
            return 0
        return None if self.begun is None else (self.served or milliseconds()) - self.begun

    def steps(self, old):
        job, running = self.job, self.supervisord
        if is_quiet(self, old):
            self.served = self.begun
            yield "reset", self.reset
            yield "conf", lambda: places.commit(job["conf_path"])
            yield "alias", self.install
            return
        self.one_by_one = len(old["one_by_one"])
        if self.one_by_one:
            self.served = self.begun  # by those whose turn it is not
        else:
            if self.stops_because and any(old["running"].values()):
                say(say="all processes of %s stop together: %s" % (job["group"], self.stops_because))
            yield "stop", lambda: self.halt(old)
        yield "hold", lambda: [places.remove(path) for path in (job["conf_path"], (job.get("previous") or {}).get("conf_path")) if path]
        yield "reset", self.reset
        if job.get("shared"):
            yield "shared", self.shared.put
        yield "venv", self.switch
        if job.get("hooks"):
            yield "hooks", lambda: hooks.run(job)
        yield "conf", self.configure
        yield "alias", self.install
        yield "update", lambda: self.renew(old)
        if not job["start"]:
            # A conf with autostart=true has just been started by supervisord.
            yield "stay", lambda: running.stop(job["group"], job["stopwaitsecs"] + 10)
            return
        if self.one_by_one:
            yield from roll.steps(self, sorted(old["one_by_one"]))
        else:
            yield "start", lambda: running.start(job["group"])
        yield "check", self.check

    def halt(self, old):
        """Stopped, and what a killed supervisord left running too: it would keep the port."""
        for group in self.groups():
            self.supervisord.stop(group, self.job["stopwaitsecs"] + 10)
            self.end_strays(group, old)

    def end_strays(self, group, old, since=0):
        commands = [program["command"] for program in self.job["programs"] + old["programs"]]
        found = [pid for pid in strays.find(group, (), commands) if (strays.started(pid) or 0) >= since]
        if found:
            say(say="ending processes of %s that no supervisord knows any more: %s" % (group, ", ".join(map(str, found))))
            strays.end(found, self.job["stopwaitsecs"])

    def reset(self):
        self.tree.reset(self.job["commit"], before=self.submodules)

    def switch(self):
        link = self.job["venv_link"]
        if os.path.isdir(link) and not os.path.islink(link):
            os.rename(link, self.aside())  # made by hand: its shebangs go on working, and it can come back
        places.link(link, self.job["venv"])

    def aside(self):
        return "%s.before-%s" % (self.job["venv_link"], self.id)

    def configure(self):
        surroundings.commit(self.job)
        places.commit(self.job["conf_path"])

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
        # supervisord itself overlooks logs that are or were AUTO, and the rights of a socket.
        others = set(self.supervisord.renew(self.job["group"], not self.job["conf_means_the_same"])) - set(self.groups()) - {gate.name(self.job)}
        if others:
            say(say="other programs of this host have changes that were left alone: " + ", ".join(sorted(others)))
        for group in self.groups()[1:]:
            self.supervisord.drop(group)

    def check(self):
        check.running(self.supervisord, self.job, self)

    # -- the end

    def finish(self, result):
        """The result first, then the gate, then the mark: whoever dies in between leaves something to find."""
        self.step("finish")
        self.supervisord.ask("getState")  # one that died since the proof takes the whole back, like one that died before it
        places.write(self.state.current, json.dumps(self.job))
        releases.clear(self.state, self.job)
        releases.keep(self.state, self.tree, self.job, self.job["source"]["keep"])
        self.leave(self.job.get("previous") or {})
        note(self.state, self.id, event="end", **result)
        self.close()
        return result

    def leave(self, previous):
        """After a rename or a move: nothing of the old name stays but its checkout, which has its own owner."""
        if previous.get("shared_path") and previous["venv_link"] != self.job["venv_link"]:
            unlink(os.path.dirname(previous["venv_link"]), previous["shared_path"])
        if previous.get("environment_path") and previous["environment_path"] != self.job.get("environment_path"):
            places.remove(previous["environment_path"])
        link = previous.get("venv_link")
        if link and link != self.job["venv_link"] and os.path.islink(link):
            places.remove(link)
        if previous.get("app") and previous["app"] != self.job["app"]:
            places.State(previous["app"]).clear()

    def close(self):
        self.reserve.free()
        gate.take(self.job, self.supervisord)
        places.remove(self.state.open)

    def forget(self):
        """Refused: as if it had never been asked for."""
        self.reserve.free()
        for path in self.paths():
            places.remove(places.beside(path))
        if (places.read(self.state.open) or "").strip() == self.id:
            self.close()
