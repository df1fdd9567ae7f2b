"""supervisor's own parser and Python's own functions, asked in batches: a JSON list of cases a line, answers likewise."""
import json
import os
import shlex
import sys
import tempfile

from supervisor import datatypes
from supervisor.options import FastCGIGroupConfig, ServerOptions, UnhosedConfigParser

sys.path.pop(0)
directory = tempfile.mkdtemp()
main = os.path.join(directory, "supervisord.conf")
included = os.path.join(directory, "app.conf")
with open(main, "w") as file:
    file.write("[supervisord]\n[include]\nfiles=app.conf\n")
names = {"program_name": "app", "group_name": "app", "host_node_name": "node", "here": "here", "ENV_STAGE": "blue"}
numbers = {"process_num": 0, "numprocs": 1}


def write(text):
    with open(included, "wb") as file:
        file.write(text.encode("utf-8", "surrogatepass"))


def plain(value):
    """A value of a ProcessConfig as JSON has it."""
    if value is datatypes.Automatic:
        return "AUTO"
    return getattr(value, "__name__", value)


def conf(text):
    """The processes as supervisord would have them, or why it refuses."""
    write(text)
    options = ServerOptions()
    options.configfile, options.here, options.environ_expansions = main, directory, {"ENV_STAGE": "blue"}
    try:
        options.read_config(main)
    except ValueError as error:
        return {"refused": str(error)}
    except UnicodeError as error:
        return {"refused": str(error)}
    groups = []
    for group in options.configroot.supervisord.process_group_configs:
        socket = group.socket_config if isinstance(group, FastCGIGroupConfig) else None
        groups.append({
            "name": group.name,
            "socket": socket and {"url": socket.url, "backlog": socket.backlog, "mode": getattr(socket, "mode", None)},
            "processes": [
                dict(
                    {key: plain(getattr(one, key)) for key in one.req_param_names + one.optional_param_names},
                    argv=words(one.command),
                )
                for one in group.process_configs
            ],
        })
    return {"groups": groups}


def next_version(text):
    """`environment` as the coming 4.4 reads it: by shlex with quotes and escapes as in a shell."""
    write(text)
    parser = UnhosedConfigParser()
    parser.read(included)
    parser.expand_here(directory)
    section = parser.sections()[0]
    lexer = shlex.shlex(parser.get(section, "environment", fallback="") % dict(names, **numbers), posix=True)
    lexer.wordchars += "/.+-():"
    tokens = list(lexer)
    return {tokens[i]: tokens[i + 2] for i in range(0, len(tokens), 4)}


def sections(text):
    """What the parser makes of a text."""
    write(text)
    parser = UnhosedConfigParser()
    try:
        parser.read(included)
    except Exception as error:
        return type(error).__name__
    return dict({name: dict(parser.items(name)) for name in parser.sections()}, DEFAULT=dict(parser.defaults()))


def words(text):
    try:
        return shlex.split(text)
    except ValueError:
        return None


def environment(text):
    try:
        return list(datatypes.dict_of_key_value_pairs(text).items())
    except ValueError:
        return None


class Names(dict):
    """Like supervisor's, but nobody means the whole of it."""

    def __repr__(self):
        raise ValueError("the whole dictionary")

    __str__ = __repr__


def expand(text):
    try:
        return text % Names(names, **numbers)
    except Exception:
        return None


asked = {"conf": conf, "next": next_version, "sections": sections, "words": words, "environment": environment, "expand": expand}
sys.stdin.reconfigure(encoding="utf-8", errors="surrogatepass")
for line in sys.stdin:
    print(json.dumps([asked[kind](text) for kind, text in json.loads(line)]), flush=True)
