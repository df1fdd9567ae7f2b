"""Runs programs that stand alone side by side, each in a fork: one start of the interpreter, one import of supervisor's library."""
import gc
import json
import os
import sys

gc.disable()  # none of them lives long enough
directory, programs = sys.argv[1], json.loads(sys.argv[2])
try:
    import daemon  # noqa: F401 - most of them want it
    import door  # noqa: F401
except Exception:
    pass  # they say themselves what they miss


def run(number, program, *words):
    """Leaves what it printed and its exit code where a batch looks for them."""
    for stream, name in ((1, "o"), (2, "e")):
        os.dup2(os.open("%s/%s%d" % (directory, name, number), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream)
    sys.argv[:] = ["-c", *words]
    code = 0
    try:
        exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
        if code and not isinstance(error.code, int):
            print(error.code, file=sys.stderr)
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    with open("%s/c%d" % (directory, number), "w") as file:
        file.write("%d\n" % code)


*others, last = programs
for one in others:
    if os.fork() == 0:
        try:
            run(*one)
        finally:
            os._exit(0)
try:
    run(*last)
finally:
    for _ in others:
        os.wait()
    os._exit(0)  # an interpreter that takes itself down takes as long as it took to start
