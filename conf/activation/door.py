"""What supervisord's main conf says, read with supervisor's own library: where programs are, and the door to it."""
import configparser
import os
import re
import time

import known  # has `later` before whatever imports what that puts off
from xmlrpc.client import ServerProxy

from supervisor.options import ServerOptions, UnhosedConfigParser, expand
from supervisor.xmlrpc import SupervisorTransport


class Unreadable(Exception):
    """It says nothing that can be gone by. The message has no line of it: that may be a password."""


def read(daemon):
    if daemon is None:
        raise Unreadable("there is no supervisord")
    if daemon.conf is None:
        raise Unreadable("%s finds no main conf: write one, and start it with -c" % daemon.script)
    parser = UnhosedConfigParser()
    parser.expansions = {"ENV_" + name: value for name, value in daemon.environment().items()}
    try:
        with open(daemon.conf) as file:
            parser.read_file(file)
    except configparser.ParsingError as error:
        line = getattr(error, "lineno", None) or error.errors[0][0]
        raise Unreadable("%s: line %d can't be parsed" % (daemon.conf, line))
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable("%s can't be read: %s" % (daemon.conf, error))
    parser.expand_here(here(daemon))
    return parser


def here(daemon):
    return os.path.dirname(daemon.conf)


def patterns(daemon):
    """Of the files that it takes programs from, absolute."""
    parser = read(daemon)
    if not parser.has_option("include", "files"):
        return []
    known = {"here": here(daemon), "host_node_name": os.uname().nodename, **parser.expansions}
    words = expand(parser.get("include", "files"), known, "include.files").split()
    return [os.path.normpath(os.path.join(here(daemon), word)) for word in words]


def logfile(daemon):
    return read(daemon).saneget("supervisord", "logfile", None, expansions={"here": here(daemon)})


def door(daemon):
    """(url, username, password): what supervisorctl goes by; the servers' own word where that has none."""
    parser = read(daemon)
    try:
        servers = doors(parser, daemon)
        if not parser.has_section("supervisorctl"):
            return servers[0] if servers else ("http://localhost:9001", None, None)
        url = parser.saneget("supervisorctl", "serverurl", "http://localhost:9001", expansions={"here": here(daemon)})
        username, password = (parser.saneget("supervisorctl", key, None) for key in ("username", "password"))
    except ValueError:  # its message has the value
        raise Unreadable("%s: its sections of servers and supervisorctl can't be read" % daemon.conf)
    if username is None or password is None:
        same = [server for server in servers if place(server[0]) == place(url) and server[2] is not None]
        return (url,) + same[0][1:] if same else (url, None, None)
    return url, username, password


def doors(parser, daemon):
    """Those that it opens, those through a unix socket first."""
    options = ServerOptions()
    options.here = here(daemon)
    found = []
    for config in options.server_configs_from_parser(parser):
        url = "unix://" + config["file"] if "file" in config else "http://%s:%d" % (config["host"] or "127.0.0.1", config["port"])
        password = config["password"]
        hashed = password is not None and password.startswith("{SHA}")
        found.append((url, config["username"], None if hashed else password))
    return sorted(found, key=lambda server: not server[0].startswith("unix:"))


def lasting(daemon):
    """What known.py goes by; None where more than the main conf decides, or a password does."""
    try:
        sign = known.sign(daemon)  # first: of a conf that is replaced meanwhile it is the old one's, by which nobody goes
        with open(daemon.conf) as file:
            changed, text = os.fstat(file.fileno()).st_ctime, file.read()
        url, username, password = door(daemon)
        # Another change within the same tick of its clock would not show.
        if not url.startswith("unix://") or username or password or "%(ENV_" in text or time.time() - changed < 2:
            return None
        return {"sign": sign, "socket": url[len("unix://"):], "patterns": patterns(daemon)}
    except (Unreadable, OSError, TypeError, ValueError):
        return None


def place(url):
    """One name for all addresses of a door of this host."""
    local = re.match(r"http://(?:localhost|127\.0\.0\.1|\*|0\.0\.0\.0):(\d+)/?$", url)
    return local.group(1) if local else url


def proxy(daemon):
    url, username, password = door(daemon)
    return ServerProxy("http://127.0.0.1", transport=SupervisorTransport(username, password, url)).supervisor
