"""Compiles the packages of an environment, as its user, by its own interpreter: `bytecode.py ENVIRONMENT [OTHER]`.

Of files that the other one has byte for byte, its bytecode is taken: from one release to the next most packages stay.
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
        there = other and other + place[len(environment):]
        compile_all([path for path in sources(place) if not (there and take(path, there + path[len(place):]))])


def sources(place):
    for directory, names, files in os.walk(place):
        names[:] = [name for name in names if name != "__pycache__"]
        yield from (os.path.join(directory, name) for name in files if name.endswith(".py"))


def take(path, there):
    """Whether the bytecode of the same file elsewhere was taken; with it goes the time of the file that it is for."""
    try:
        source, code = read(there), read(importlib.util.cache_from_source(there))
        theirs, ours = os.stat(there), os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    if code[:16] != head(theirs) or source != read(path):
        return False
    cached = importlib.util.cache_from_source(path)
    os.makedirs(os.path.dirname(cached), exist_ok=True)
    with open(cached + ".new", "wb") as file:
        file.write(head(ours) + code[16:])
    os.replace(cached + ".new", cached)
    return True


def head(status):
    """How bytecode begins that Python takes for that of a file: magic number, no flags, time and size of the file."""
    numbers = (0, int(status.st_mtime), status.st_size)
    return importlib.util.MAGIC_NUMBER + b"".join((number & 0xFFFFFFFF).to_bytes(4, "little") for number in numbers)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def compile_all(paths):
    """A file that can't be compiled may be meant for another Python, and is left to who imports it."""
    count = min(len(os.sched_getaffinity(0)), len(paths) // FEW + 1)
    children = [fork(paths[i::count]) for i in range(1, count)]
    compile_each(paths[::count])
    if any([os.waitpid(child, 0)[1] for child in children]):
        sys.exit("a part of the packages was not compiled")


def fork(paths):
    child = os.fork()
    if child != 0:
        return child
    code = 1
    try:
        compile_each(paths)
        code = 0
    finally:
        os._exit(code)


def compile_each(paths):
    for path in paths:
        compileall.compile_file(path, quiet=2)


if __name__ == "__main__":
    main(*sys.argv[1:])
