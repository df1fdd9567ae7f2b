"""
A git server of the tests: `git http-backend` and the download half of LFS behind one name and token, over HTTP on the
loopback address. Words: port, directory of the repositories, name, token. Nothing is served without the login.
"""
import base64
import http.server
import json
import os
import subprocess
import sys

port, directory, name, token = sys.argv[1:]
wanted = "Basic " + base64.b64encode(("%s:%s" % (name, token)).encode()).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for header in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Authorization") != wanted:
            return self.answer(401, b"who are you?", [("WWW-Authenticate", 'Basic realm="git"')])
        path, _, query = self.path.partition("?")
        if path.endswith("/info/lfs/objects/batch"):
            return self.batch(path.split("/info/lfs/")[0], json.loads(body))
        if "/object/" in path:
            repository, oid = path.split("/object/")
            with open("%s%s/lfs/objects/%s/%s/%s" % (directory, repository, oid[:2], oid[2:4], oid), "rb") as file:
                return self.answer(200, file.read())
        self.git(path, query, body)

    do_POST = do_GET

    def batch(self, repository, asked):
        root = "http://%s%s/object/" % (self.headers["Host"], repository)
        objects = [{**one, "actions": {"download": {"href": root + one["oid"]}}} for one in asked["objects"]]
        self.answer(200, json.dumps({"objects": objects}).encode(), [("Content-Type", "application/vnd.git-lfs+json")])

    def git(self, path, query, body):
        environment = {
            **os.environ, "GIT_PROJECT_ROOT": directory, "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
            "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""), "REMOTE_USER": name,
            "CONTENT_LENGTH": str(len(body)), "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        said = subprocess.run(["git", "http-backend"], input=body, env=environment, stdout=subprocess.PIPE).stdout
        head, _, rest = said.partition(b"\r\n\r\n")
        headers = [tuple(line.split(": ", 1)) for line in head.decode().splitlines()]
        status = next((int(value.split()[0]) for key, value in headers if key == "Status"), 200)
        self.answer(status, rest, [one for one in headers if one[0] != "Status"])

    def log_message(self, *words):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
