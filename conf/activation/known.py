"""
The door to supervisord as the last update found it. A look that goes by it spares itself supervisor's library, whose import
takes longer than all else. Where anything is other than then, or it does not open, `door` has to be asked.
"""
import os
import socket

import later  # noqa: F401 - before whatever imports what it puts off
from http.client import HTTPConnection
from xmlrpc.client import ServerProxy, Transport

from daemon import recorded


def sign(daemon):
    """Another one where anything is other that the door hangs on."""
    files = [os.stat(path) for path in (daemon.conf, daemon.script)]
    return [daemon.conf, daemon.script, os.uname().nodename] + [
        [one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns] for one in files
    ]


def door(daemon):
    """The `socket`, and the `patterns` of files with programs; None where the main conf has to be read."""
    try:
        found = recorded()["door"]
        return found if found["sign"] == sign(daemon) else None
    except (AttributeError, KeyError, OSError, TypeError):  # nothing is recorded, or there is no daemon, no conf
        return None


class Connection(HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)


class Through(Transport):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def make_connection(self, host):
        return Connection(self.path)


def ask(found, method):
    """What supervisord answers at what `door` has found; None where that of the library has to ask, which tells why."""
    if found is None:
        return None
    try:
        return getattr(ServerProxy("http://localhost/RPC2", transport=Through(found["socket"])).supervisor, method)()
    except Exception:
        return None
