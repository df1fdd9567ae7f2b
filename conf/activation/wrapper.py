"""The shell before a program whose environment is in a file: who asks what runs means the program behind it."""
import shlex

WORDS = ["/bin/sh", "-c", 'set -a; . "$0"; set +a; exec "$@"']


def program(command):
    """The command as the processes show it."""
    try:
        words = shlex.split(command or "")
    except ValueError:
        return command
    return shlex.join(words[4:]) if words[:3] == WORDS else command
