"""Which process answers: of several behind one socket, each has to do so itself."""
import http.client
import os
import socket
import struct
import time
import urllib.request

import check
import strays

# How an address of IPv4 begins in the kernel's table of IPv6.
MAPPED = "%s%08X" % ("0" * 16, struct.unpack("=I", b"\0\0\xff\xff")[0])
# Seconds after which what can't be seen counts as such. A connection may be missing in a table that changes while it is
# read; a process that has just been started is root's until it is the program itself, and then nobody's but its account's.
GLANCE = 0.5
# Seconds that others are kept busy at most for one more connection.
BUSY = 0.05
# Descriptors come and go while they are listed, which makes `find` fail: what counts is whether they can be seen.
SEE = 'ls "/proc/$1/fd" >/dev/null 2>&1 || exit 1; inode=$2; shift 2; find "$@" -lname "socket:\\[$inode\\]" 2>/dev/null; exit 0'


def ask(health, leader, timeout=2.0, tries=1):
    """
    (What is wrong with the answer, None for nothing; whether the process or a child of it gave it, None: not known).
    `tries`: so many connections are opened until one is the process's own, the others meanwhile say nothing. Who is always
    the first to take one is busy with that, where it does one thing at a time; and so it must not be for long.
    """
    takers = []

    class Connection(http.client.HTTPConnection):
        def connect(self):
            others = []
            try:
                for left in reversed(range(tries)):
                    super().connect()
                    # Before anything is asked: with its answer the other end may close it.
                    mine = takes(self.sock, leader, BUSY if others else timeout)
                    if mine is not False or left == 0:
                        break
                    others.append(self.sock)
                takers.append(mine)
            finally:
                for other in others:
                    other.close()

    class Handler(urllib.request.HTTPHandler):
        def http_open(self, request):
            return self.do_open(Connection, request)

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Handler)
    wrong = check.ask(health, timeout, opener)
    return wrong, takers[-1] if takers else None


def takes(sock, leader, patience):
    """Whether this connection has been accepted by the process or a child of it; None where that can't be seen."""
    rows = written(sock)
    begun = time.monotonic()
    while True:
        inode = accepted(rows)
        if inode:
            return holds(leader, inode)
        if time.monotonic() - begun > (GLANCE if inode is None else patience):
            return None if inode is None else False
        time.sleep(0.002)


def written(sock):
    """
    How the other end of a connection is written, by the kernel's table. With its addresses: of a busy server they hold
    thousands of ended connections of others, some of which had the same port.
    """
    pair = []
    for host, port in (sock.getpeername()[:2], sock.getsockname()[:2]):
        packed = socket.inet_pton(socket.AF_INET6, host.partition("%")[0] if ":" in host else "::ffff:" + host)
        pair.append("%08X%08X%08X%08X:%04X" % (struct.unpack("=4I", packed) + (port,)))
    ends = " ".join(pair)
    # One that listens for both families has those of IPv4 in the table of the other.
    return {"/proc/net/tcp": ends.replace(MAPPED, ""), "/proc/net/tcp6": ends}


def accepted(rows):
    """Inode of a connection's other end; 0 as long as it waits in the queue, None where it is not of this host."""
    for table, row in rows.items():
        try:
            with open(table) as lines:
                for line in lines:
                    if row in line:
                        return int(line.split()[9])
        except OSError:
            continue
    return None


def holds(leader, inode):
    """Whether the process or a child of it has this socket; None where its descriptors can't be seen."""
    begun = time.monotonic()
    while True:
        directories = ["/proc/%d/fd" % pid for pid in family(leader)]
        seen = strays.as_owner_of(leader, ["sh", "-c", SEE, "sh", str(leader), str(inode)] + directories)
        if seen is not None and seen.returncode == 0:
            return bool(seen.stdout.strip())
        if time.monotonic() - begun > GLANCE:
            return None
        time.sleep(0.01)


def family(leader):
    """The process and all that it has started."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parents[int(name)] = strays.parent_of(int(name))
            except OSError:
                continue
    found = [leader]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found
