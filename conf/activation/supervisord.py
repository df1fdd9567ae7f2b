"""supervisord over its own protocol: typed answers instead of text, and one connection for the whole pause."""
import os
import subprocess
import time
from xmlrpc.client import Fault, ServerProxy

from supervisor.options import ClientOptions
from supervisor.xmlrpc import Faults, SupervisorTransport

STOPPED = ("STOPPED", "EXITED", "FATAL", "UNKNOWN")


class Down(Exception):
    """supervisord does not answer."""


class Refused(Exception):
    """supervisord answers, and says no."""


class Supervisord:
    def __init__(self):
        self.connect()

    def connect(self):
        options = ClientOptions()
        options.realize([])
        transport = SupervisorTransport(options.username, options.password, options.serverurl)
        self.proxy = ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def ask(self, method, *words):
        try:
            return getattr(self.proxy, method)(*words)
        except Fault as fault:
            raise Refused("%s %s: %s" % (method, " ".join(map(str, words)), fault.faultString), fault.faultCode)
        except Exception as error:  # the socket's, or http.client's own, when it dies while it answers
            self.connect()  # a connection that broke is not mended by itself
            raise Down("supervisord does not answer: %s" % (error if isinstance(error, OSError) else repr(error)))

    def boot(self, patience=15):
        """Starts it by the host's init, as it ran before; whether it answers."""
        systemd = os.path.isdir("/run/systemd/system")
        for service in ("supervisor", "supervisord"):
            words = ["systemctl", "start", service] if systemd else ["service", service, "start"]
            # It inherits no lock: it would hold that for ever.
            done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            if done.returncode == 0:
                break
        end = time.monotonic() + patience
        while not self.answers() and time.monotonic() < end:
            time.sleep(0.1)
        return self.answers()

    def answers(self):
        try:
            self.ask("getState")
            return True
        except Down:
            return False

    def processes(self, group):
        """The processes of a group: {name, state, pid, start, …}; none when there is no such group."""
        return [one for one in self.ask("getAllProcessInfo") if one["group"] == group]

    def stop(self, group, patience):
        """By name, never by group: that answers a second late."""
        running = [one for one in self.processes(group) if one["statename"] not in STOPPED]
        for one in running:
            try:
                self.ask("stopProcess", "%s:%s" % (group, one["name"]), False)
            except Refused as refusal:
                if refusal.args[1] != Faults.NOT_RUNNING:
                    raise
        end = time.monotonic() + patience
        while [one for one in self.processes(group) if one["statename"] not in STOPPED]:
            if time.monotonic() > end:
                raise Refused("%s does not stop within %d s" % (group, patience), 0)
            time.sleep(0.01)
        return bool(running)

    def reread(self):
        """Names of groups that were added, changed, removed on disk."""
        added, changed, removed = self.ask("reloadConfig")[0]
        return set(added), set(changed), set(removed)

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

    def start(self, group):
        """Starts all processes; "already started" is fine, as they were seen stopped before."""
        processes = self.processes(group)
        if not processes:
            raise Refused("supervisord knows no program %s" % group, 0)
        for one in processes:
            try:
                self.ask("startProcess", "%s:%s" % (group, one["name"]), False)
            except Refused as refusal:
                if refusal.args[1] != Faults.ALREADY_STARTED:
                    raise
