"""Commit, environment, conf and alias together as they were, and the old version started and proven again."""
import os

import check
import places
from journal import note, say
from supervisord import Down, Refused


class Rollback:
    def __init__(self, activation, old):
        self.activation, self.old = activation, old
        self.state, self.job, self.id = activation.state, activation.job, activation.id

    def run(self, step, cause):
        say(step="roll back", say="%s failed: %s" % (step, cause))
        note(self.state, self.id, event="roll back", step=step, cause=cause)
        self.activation.reserve.free()
        try:
            self.halt()
        except (Down, Refused) as error:
            say(say=str(error))
        missing = self.restore()
        if missing:
            # The mark and the gate stay: the next run, or the next boot, tries again.
            note(self.state, self.id, event="roll back incomplete", missing=missing)
            return {"outcome": "stuck", "missing": missing}
        try:
            unhealthy = self.revive()
        except Down:
            # The files are as they were: its next start brings up the old version.
            return self.end({"outcome": "rolled-back", "supervisord": "down"})
        except Refused as refusal:
            unhealthy = refusal.args[0]
        if unhealthy:
            note(self.state, self.id, event="old version not healthy", cause=unhealthy)
            return self.end({"outcome": "rolled-back", "unhealthy": unhealthy})
        return self.end({"outcome": "rolled-back"})

    def halt(self):
        for group in self.activation.groups():
            self.activation.supervisord.stop(group, self.job["stopwaitsecs"] + 10)

    def restore(self):
        """Everything on disk, whatever fails on the way; what could not be restored."""
        acts = {
            "held conf": lambda: places.remove(self.job["conf_path"]),
            "working tree": lambda: self.activation.tree.reset(self.old["commit"]),
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

    def relink(self):
        link, saved, aside = self.job["venv_link"], self.old["venv"], self.activation.aside()
        if saved is not None and "directory" in saved:
            if os.path.isdir(aside):
                places.remove(link)
                os.rename(aside, link)
            return
        places.restore(link, saved)

    def revive(self):
        """Starts what ran before; what is wrong with it, if anything."""
        supervisord = self.activation.supervisord
        wrong = None
        for group in self.activation.groups():
            supervisord.renew(group, True)
            if not supervisord.processes(group) or not self.old["running"].get(group):
                continue
            supervisord.start(group)
            try:
                check.running(supervisord, {**self.job, "group": group})
            except check.Unhealthy as error:
                wrong = str(error)
        return wrong

    def end(self, result):
        note(self.state, self.id, event="end", **result)
        self.activation.close()
        return result
