"""Asks http://127.0.0.1:PORT/ over and over, each time over a connection of its own, and counts what becomes of it.

Arguments: port, requests a second, least number of requests, and a file whose presence ends it. Prints JSON: how many
requests by outcome, the seconds that it took, and how often each body was answered.
"""
import asyncio
import collections
import json
import os
import sys
import time

port, pace, least, stop = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
outcomes, bodies = collections.Counter(), collections.Counter()


class Ask(asyncio.Protocol):
    def __init__(self, done):
        self.done, self.got = done, b""

    def connection_made(self, transport):
        transport.write(REQUEST)

    def data_received(self, data):
        self.got += data

    def connection_lost(self, error):
        if not self.done.done():
            self.done.set_result(error)


async def ask(loop):
    done = loop.create_future()
    try:
        transport, asked = await asyncio.wait_for(loop.create_connection(lambda: Ask(done), "127.0.0.1", port), 10)
        error = await asyncio.wait_for(done, 10)
    except ConnectionRefusedError:
        return "refused"
    except ConnectionResetError:
        return "reset"
    except asyncio.TimeoutError:
        return "no answer"
    head, _, body = asked.got.partition(b"\r\n\r\n")
    if error is not None or not head:
        return "reset"
    if b" 200 " not in head.split(b"\r\n")[0]:
        return head.split(b"\r\n")[0].decode()
    bodies[body.decode("utf-8", "replace")[-40:]] += 1
    return "ok"


async def main():
    loop = asyncio.get_running_loop()
    begun, asked, going = time.monotonic(), 0, set()

    def ended(task):
        going.discard(task)
        outcomes[task.result()] += 1

    while asked < least or not os.path.exists(stop):
        # What is late is made up for, a little at a time.
        for _ in range(min(200, int((time.monotonic() - begun) * pace) - asked)):
            if len(going) > 500:
                break
            task = loop.create_task(ask(loop))
            going.add(task)
            task.add_done_callback(ended)
            asked += 1
        await asyncio.sleep(0.005)
    while going:
        await asyncio.wait(set(going))
    print(json.dumps({"outcomes": outcomes, "seconds": time.monotonic() - begun, "bodies": bodies}))


asyncio.run(main())
