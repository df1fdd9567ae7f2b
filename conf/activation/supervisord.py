"""supervisord over its own protocol: typed answers instead of text, and one connection for the whole pause."""
import time
from xmlrpc.client import Fault

import boot
import door  # before supervisor's own modules: it puts off what they do not need here
from daemon import find
from journal import say
from supervisor.xmlrpc import Faults

STOPPED = ("STOPPED", "EXITED", "FATAL", "UNKNOWN")


class Down(Exception):
    """supervisord does not answer."""


class Refused(Exception):
    """supervisord answers, and says no."""


class Supervisord:
    def __init__(self):
        # As it runs now, or ran: it may have to be started again just so.
        self.daemon = find()
        self.proxy = None

    def ask(self, method, *words):
        try:
            if self.proxy is None:
                self.proxy = door.proxy(self.daemon)
            return getattr(self.proxy, method)(*words)
        except Fault as fault:
            raise Refused("%s %s: %s" % (method, " ".join(map(str, words)), fault.faultString), fault.faultCode)
        except Exception as error:  # the socket's, or http.client's own, when it dies while it answers
            self.proxy = None  # a connection that broke is not mended by itself
            known = isinstance(error, (OSError, door.Unreadable))
            raise Down("supervisord does not answer: %s" % (error if known else repr(error)))

    def boot(self, patience=15):
        """Starts it as it ran before; whether it answers."""
        try:
            boot.start(self.daemon)
        except boot.Unstartable as error:
            say(say=str(error))
            return False
        end = time.monotonic() + patience
        while not self.answers() and time.monotonic() < end:
            time.sleep(0.1)
        return self.answers()

    def remember(self):
        """For whoever finds it gone: one that was installed by hand may be started by nothing of the host."""
        try:
            if self.daemon is not None:
                self.daemon.remember(door.lasting(self.daemon))
        except OSError:
            pass  # a full disk: the proof tells of it

    def answers(self):
        try:
            self.ask("getState")
            return True
        except Down:
            return False

    def processes(self, group):
        """The processes of a group: {name, state, pid, start, …}; none when there is no such group."""
        return [one for one in self.ask("getAllProcessInfo") if one["group"] == group]

    def those(self, group, name):
        return [one for one in self.processes(group) if name is None or one["name"] == name]

    def stop(self, group, patience, name=None):
        """All processes, or one; by name, never by group: that answers a second late."""
        running = [one for one in self.those(group, name) if one["statename"] not in STOPPED]
        for one in running:
            try:
                self.ask("stopProcess", "%s:%s" % (group, one["name"]), False)
            except Refused as refusal:
                if refusal.args[1] != Faults.NOT_RUNNING:
                    raise
        end = time.monotonic() + patience
        while [one for one in self.those(group, name) if one["statename"] not in STOPPED]:
            if time.monotonic() > end:
                raise Refused("%s does not stop within %d s" % (name or group, patience), 0)
            time.sleep(0.005)  # a part of the pause
        return bool(running)

    def reread(self):
        """Names of groups that were added, changed, removed on disk."""
        added, changed, removed = self.ask("reloadConfig")[0]
        return set(added), set(changed), set(removed)

    def differs(self, group):
        """Whether what is on disk of a group is other than what supervisord runs, as far as it sees that."""
        return any(group in names for names in self.reread())

    def renew(self, group, renewed):
        """Only our group: what `update <group>` does. `renewed`: also where supervisord sees no difference."""
        added, changed, removed = self.reread()
        known = {one["group"] for one in self.ask("getAllProcessInfo")}
        if group in known and (group in changed or group in removed or renewed):
            self.ask("removeProcessGroup", group)
            known.discard(group)
        if group not in known and group not in removed:
            try:
                self.ask("addProcessGroup", group)
            except Refused as refusal:
                if refusal.args[1] != Faults.BAD_NAME:
                    raise
        return sorted((added | changed | removed) - {group})

    def drop(self, group):
        """Takes a stopped group away; its conf is gone already."""
        self.reread()
        if self.processes(group):
            self.ask("removeProcessGroup", group)

    def start(self, group, name=None):
        """Starts all processes, or one; "already started" is fine, as they were seen stopped before."""
        processes = self.those(group, name)
        if not processes:
            raise Refused("supervisord knows no program %s" % group, 0)
        for one in processes:
            try:
                self.ask("startProcess", "%s:%s" % (group, one["name"]), False)
            except Refused as refusal:
                if refusal.args[1] != Faults.ALREADY_STARTED:
                    raise
