"""Runs the commands of a build: words for anybody to see, all that is secret in their environment and out of what they say."""
import os
import signal
import subprocess
import sys
import threading

import index_access

QUIET = {
    "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1",
    # Copies: a file that is edited by hand in one environment is not the cache's, nor another environment's.
    "UV_LINK_MODE": "copy", "UV_SYSTEM_CERTS": "1", "PDM_CHECK_UPDATE": "0", "PDM_USE_VENV": "0", "POETRY_VIRTUALENVS_CREATE": "false",
    "PIPENV_IGNORE_VIRTUALENVS": "1", "PIPENV_NOSPIN": "1",
}


class Failed(Exception):
    """A command ended badly, and has told why; the text is what to do about it, and may be empty."""


class Runner:
    def __init__(self, user, home, work, index):
        self.user, self.home, self.work, self.index = user, home, work, index
        # More variables for all commands.
        self.more = {}
        # Indexes of the host's own, which may carry credentials too.
        self.others = []
        self.child = None

    def environment(self, home, scratch):
        """Scratch files beside the environment: /tmp may be small, or run nothing."""
        found = {**os.environ, **QUIET, "HOME": home, "TMPDIR": scratch}
        if os.path.exists(index_access.CERTIFICATES):
            found = {"SSL_CERT_FILE": index_access.CERTIFICATES, "REQUESTS_CA_BUNDLE": index_access.CERTIFICATES, **found}
        return {**found, **index_access.environment(self.index, self.work + "/.netrc"), **self.more}

    def as_root(self, words, scratch, **options):
        environment = self.environment(os.environ.get("HOME", "/root"), scratch)
        return self.run(["nice"] + words, environment, "/", **options)

    def as_user(self, words, without_index=False, **options):
        """In the directory of the project's files. `without_index`: a lock names its own, and pipenv sums it up with it."""
        environment = self.environment(self.home, self.work + "/tmp")
        if without_index:
            for name in ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"):
                environment.pop(name, None)
            # Where pip looks on this host is no part of the lock either.
            environment["PIP_CONFIG_FILE"] = os.devnull
        return self.run(["runuser", "-u", self.user, "--", "nice"] + words, environment, self.work, **options)

    def run(self, words, environment, directory, text="", capture=False, hint=""):
        """Passes on what they say; gives their output instead where it is captured. Raises Failed, with the hint."""
        pipe = subprocess.PIPE
        child = subprocess.Popen(words, env=environment, cwd=directory, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
        self.child, said = child, []
        threads = [threading.Thread(target=self.pass_on, args=(child.stderr, sys.stderr.write)),
                   threading.Thread(target=self.pass_on, args=(child.stdout, said.append if capture else sys.stdout.write))]
        for thread in threads:
            thread.start()
        try:
            child.stdin.write(text.encode())
            child.stdin.close()
        except BrokenPipeError:
            pass  # it ended before it had read all; its exit code says how
        code = child.wait()
        for thread in threads:
            thread.join()
        self.child = None
        if code != 0:
            raise Failed(hint)
        return "".join(said)

    def pass_on(self, stream, write):
        try:
            for line in stream:
                text = line.decode("utf-8", "replace")
                for index in [self.index] + self.others:
                    text = index_access.redact(index, text)
                write(text)
                sys.stdout.flush()
        except OSError:
            self.end()  # nobody listens any more

    def end(self, *_):
        """Ends what runs."""
        if self.child is not None:
            try:
                os.killpg(self.child.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
