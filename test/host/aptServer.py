"""Debian's packages as a weak server has them: python3 aptServer.py DIRECTORY PATH half|503|trickle TIMES

Suites a and b at 127.0.0.1:8151, c at 127.0.0.2:8151; a has the one package, `brittle`. The first answers to PATH (e.g.
`/a/Release`) end in their middle, are a 503 or come byte by byte: TIMES of them, and DIRECTORY/broken has a `.` for each.
It goes on in the background as soon as it listens, and leaves DIRECTORY/apt.conf, with which apt knows of no other server.
"""

import email.utils
import hashlib
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

directory, weak, how, times = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
broken = directory / "broken"
control = "Package: brittle\nVersion: 1\nArchitecture: all\nMaintainer: Test <test@example.invalid>\nDescription: nothing\n"


def made() -> bytes:
    tree = directory / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(control)
    subprocess.run(["dpkg-deb", "--build", tree, directory / "brittle.deb"], check=True, stdout=subprocess.DEVNULL)
    return (directory / "brittle.deb").read_bytes()


def suite(packages: bytes) -> dict[str, bytes]:
    date = email.utils.formatdate(usegmt=True)
    digest = hashlib.sha256(packages).hexdigest()
    release = f"Suite: test\nDate: {date}\nSHA256:\n {digest} {len(packages)} Packages\n"
    return {"Release": release.encode(), "Packages": packages}


package = made()
listed = f"{control}Filename: brittle.deb\nSize: {len(package)}\nSHA256: {hashlib.sha256(package).hexdigest()}\n".encode()
suites = {"a": {**suite(listed), "brittle.deb": package}, "b": suite(b""), "c": suite(b"")}
files = {f"/{name}/{path}": content for name, paths in suites.items() for path, content in paths.items()}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        content = files.get(self.path)
        breaks = self.path == weak and len(broken.read_text()) < times
        if breaks:
            broken.write_text(broken.read_text() + ".")
        if content is None or (breaks and how == "503"):
            self.send_error(404 if content is None else 503)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if breaks and how == "trickle":
            self.trickle(content)
        self.wfile.write(content[: len(content) // 2] if breaks else content)
        self.close_connection = breaks

    def trickle(self, content: bytes) -> None:
        """Until nobody listens any more."""
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(2)

    def log_message(self, *words: object) -> None:
        pass


for name in ("sources", "lists/partial", "cache/archives/partial"):
    (directory / name).mkdir(parents=True)
sources = directory / "sources"
(sources / "test.list").write_text(
    "".join(
        f"deb [trusted=yes] http://{host}:8151/{name}/ /\n"
        for host, name in (("127.0.0.1", "a"), ("127.0.0.1", "b"), ("127.0.0.2", "c"))
    )
)
(directory / "apt.conf").write_text(
    f'Dir::Etc::sourcelist "/dev/null"; Dir::Etc::sourceparts "{sources}";\n'
    f'Dir::State::lists "{directory}/lists/"; Dir::Cache "{directory}/cache/";\n'
    'Acquire::http::Proxy { 127.0.0.1 "DIRECT"; 127.0.0.2 "DIRECT"; };\n'
)
broken.touch()
server = ThreadingHTTPServer(("0.0.0.0", 8151), Handler)
if os.fork():
    os._exit(0)
nothing = os.open("/dev/null", os.O_RDWR)
for stream in range(3):
    os.dup2(nothing, stream)
(directory / "pid").write_text(str(os.getpid()))
server.serve_forever()
