"""Compiles the packages of an environment, as its user, by its own interpreter: `bytecode.py ENVIRONMENT [OTHER]`.

For files that the other one has byte for byte its bytecode is taken: from one release to the next most packages stay.
"""
import compileall
import glob
import importlib.util
import os
import sys

# For less than so many files a child is not worth its start.
FEW = 40


def main(environment, other=None):
    for place in glob.glob(environment + "/lib/python*/site-packages"):
        share([(path, other and other + path[len(environment):]) for path in sources(place)])


def sources(place):
    for directory, names, files in os.walk(place):
        names[:] = [name for name in names if name != "__pycache__"]
        yield from (os.path.join(directory, name) for name in files if name.endswith(".py"))


def take(path, there):
    """Whether the bytecode of the same file elsewhere was taken; with it goes the time of the file that it is for."""
    try:
        (source, theirs), (code, _) = read(there), read(importlib.util.cache_from_source(there))
    except (FileNotFoundError, NotADirectoryError):
        return False
    text, ours = read(path)
    if code[:16] != head(theirs) or source != text:
        return False
    cached = importlib.util.cache_from_source(path)
    os.makedirs(os.path.dirname(cached), exist_ok=True)
    write(cached + ".new", head(ours) + code[16:])
    os.replace(cached + ".new", cached)
    return True


def head(status):
    """How bytecode begins that Python takes for that of a file: magic number, no flags, time and size of the file."""
    numbers = (0, int(status.st_mtime), status.st_size)
    return importlib.util.MAGIC_NUMBER + b"".join((number & 0xFFFFFFFF).to_bytes(4, "little") for number in numbers)


# By the system's own calls: Python's files make three times as many, for thousands of files.
def read(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        status = os.fstat(descriptor)
        return os.read(descriptor, status.st_size), status
    finally:
        os.close(descriptor)


def write(path, content):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        if os.write(descriptor, content) != len(content):
            raise OSError("%s could not be written as a whole" % path)
    finally:
        os.close(descriptor)


def share(pairs):
    """Among as many processes as there are cores."""
    count = min(len(os.sched_getaffinity(0)), len(pairs) // FEW + 1)
    children = [fork(pairs[at::count]) for at in range(1, count)]
    provide(pairs[::count])
    if any([os.waitpid(child, 0)[1] for child in children]):
        sys.exit("a part of the packages was not compiled")


def fork(pairs):
    child = os.fork()
    if child != 0:
        return child
    code = 1
    try:
        provide(pairs)
        code = 0
    finally:
        os._exit(code)


def provide(pairs):
    for path, there in pairs:
        if not (there and take(path, there)):
            # A file that can't be compiled may be meant for another Python, and is left to who imports it.
            compileall.compile_file(path, quiet=2)


if __name__ == "__main__":
    main(*sys.argv[1:])
