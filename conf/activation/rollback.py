"""Commit, environment, conf and alias together as they were, and the old version started and proven again."""
import os

import aside
import check
import places
import roll
from faults import fault
from journal import note, say
from supervisord import Down, Refused


class Rollback:
    def __init__(self, activation, old):
        self.activation, self.old = activation, old
        self.state, self.job, self.id = activation.state, activation.job, activation.id

    def run(self, step, cause):
        activation = self.activation
        activation.reserve.free()
        one_by_one = bool(roll.survivors(activation, self.old))
        activation.served = activation.begun if one_by_one else None
        say(step="roll back", say="%s failed: %s" % (step, cause))
        self.note(event="roll back", step=step, cause=cause)
        fault(self.state, "roll back")
        if not one_by_one:
            self.halt()
        fault(self.state, "restore")
        missing = self.restore()
        if missing:
            # The mark and the gate stay: the next run, or the next boot, tries again.
            self.note(event="roll back incomplete", missing=missing)
            return {"outcome": "stuck", "missing": missing}
        fault(self.state, "revive")
        try:
            unhealthy = self.revive_one_by_one() if one_by_one else self.revive()
        except Down:
            return self.leave_down()
        if unhealthy:
            self.note(event="old version not healthy", cause=unhealthy)
            return self.end({"outcome": "rolled-back", "unhealthy": unhealthy})
        return self.end({"outcome": "rolled-back"})

    def note(self, **what):
        """The way back is not stopped by a journal that can't be written."""
        try:
            note(self.state, self.id, **what)
        except OSError as error:
            say(say="the journal can't be written: %s" % error)

    def halt(self):
        try:
            self.activation.halt(self.old)
        except Refused as refusal:
            say(say=refusal.args[0])
        except Down as down:
            say(say="%s: it is started again" % down)
            # Not with this app: what its conf says now is neither the old version nor the new one.
            places.remove(self.job["conf_path"])
            if self.activation.supervisord.boot():
                self.activation.halt(self.old)

    def leave_down(self):
        """The files are as they were: supervisord's next start brings up the old version, where nothing is in its way."""
        for group in self.activation.groups():
            # One of the old version may still serve, and goes on; one of the new must not.
            self.activation.end_strays(group, self.old, self.activation.begun or 0)
        return self.end({"outcome": "rolled-back", "supervisord": "down"})

    def restore(self):
        """Everything on disk, whatever fails on the way; what could not be restored."""
        acts = {
            "held conf": lambda: places.remove(self.job["conf_path"]),
            "shared files": lambda: self.activation.shared.take_back(self.old.get("shared")),
            "working tree": self.retreat,
            "environment": self.relink,
        }
        for path, saved in self.old["places"].items():
            acts[path] = lambda path=path, saved=saved: places.restore(path, saved)
        missing = []
        for what, act in acts.items():
            try:
                act()
            except Exception as error:
                say(say="%s is not restored: %s" % (what, error))
                missing.append("%s: %s" % (what, error))
        for path in self.activation.paths():
            places.remove(places.beside(path))
        return missing

    def retreat(self):
        self.activation.tree.retreat(self.old["commit"], self.job["commit"])
        aside.bring_back(self.state, self.id, self.activation.tree, self.old.get("in_the_way", []))

    def relink(self):
        link, saved, aside = self.job["venv_link"], self.old["venv"], self.activation.aside()
        if saved is not None and "directory" in saved:
            if os.path.isdir(aside):
                places.remove(link)
                os.rename(aside, link)
            return
        places.restore(link, saved)

    def revive_one_by_one(self):
        """Those that serve with the old version are not touched; where that is not to be had, all start together."""
        try:
            roll.back(self.activation, self.old)
            return None
        except (check.Unhealthy, Refused) as error:
            say(say="not one by one: %s" % error.args[0])
            self.activation.served = None
            self.halt()
            return self.revive()

    def revive(self):
        """Starts what ran before; what is wrong with it, if anything."""
        wrong = None
        for group in self.activation.groups():
            try:
                wrong = self.revive_group(group) or wrong
            except (check.Unhealthy, Refused) as error:
                wrong = str(error.args[0])
        return wrong

    def revive_group(self, group):
        supervisord = self.activation.supervisord
        blocked = None
        try:
            supervisord.renew(group, True)
        except Refused as refusal:
            # Another program's conf was broken meanwhile. The group that supervisord still has can be started all the same.
            blocked = refusal.args[0]
        if not supervisord.processes(group) or not self.old["running"].get(group):
            return blocked
        supervisord.start(group)
        check.running(supervisord, {**self.job, "group": group}, self.activation)
        return blocked

    def end(self, result):
        result["pause"] = self.activation.pause(self.old)
        self.note(event="end", **result)
        self.activation.close()
        return result
