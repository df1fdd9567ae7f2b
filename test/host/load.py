"""Asks http://127.0.0.1:PORT/ over and over, each time over a connection of its own, and counts what becomes of it.

Arguments: port, requests a second, least number of requests, and a file whose presence ends it. Prints JSON: how many
requests by outcome, the seconds that it took, and how often each body was answered. Bare sockets and one poll: it shares
the cores with the servers, and takes a tenth of what they take.
"""
import collections
import errno
import json
import os
import select
import socket
import sys
import time

port, pace, least, stop = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
PATIENCE = 10
outcomes, bodies = collections.Counter(), collections.Counter()
poll = select.epoll()
going = {}


class Ask:
    def __init__(self):
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.begun, self.sent, self.got = time.monotonic(), False, b""
        code = self.socket.connect_ex(("127.0.0.1", port))
        if code not in (0, errno.EINPROGRESS):
            self.end(errno.errorcode[code])
            return
        going[self.socket.fileno()] = self
        poll.register(self.socket, select.EPOLLOUT)

    def go_on(self):
        try:
            if not self.sent:
                self.socket.send(REQUEST)
                self.sent = True
                poll.modify(self.socket, select.EPOLLIN)
                return
            data = self.socket.recv(65536)
        except ConnectionRefusedError:
            self.end("refused")
        except (ConnectionResetError, BrokenPipeError):
            self.end("reset")
        else:
            self.got += data
            if not data:
                self.end(self.outcome())

    def outcome(self):
        head, _, body = self.got.partition(b"\r\n\r\n")
        if not head:
            return "reset"
        status = head.split(b"\r\n")[0]
        if b" 200 " not in status:
            return status.decode()
        bodies[body.decode("utf-8", "replace")[-40:]] += 1
        return "ok"

    def end(self, outcome):
        going.pop(self.socket.fileno(), None)
        self.socket.close()
        outcomes[outcome] += 1


def main():
    begun, asked = time.monotonic(), 0
    while going or asked < least or not os.path.exists(stop):
        now = time.monotonic()
        if asked < least or not os.path.exists(stop):
            # What is late is made up for, a little at a time.
            for _ in range(min(20, int((now - begun) * pace) - asked, 500 - len(going))):
                Ask()
                asked += 1
        for descriptor, _ in poll.poll(0.002):
            going[descriptor].go_on()
        for late in [one for one in going.values() if now - one.begun > PATIENCE]:
            late.end("no answer")
    print(json.dumps({"outcomes": outcomes, "seconds": time.monotonic() - begun, "bodies": bodies}))


main()
