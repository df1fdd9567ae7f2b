"""The commands that make an environment, as words. Nothing here runs anything."""

# What a tool says of a lock that does not fit, where it does not say what to do.
STALE = {
    "pdm": "pdm.lock does not fit pyproject.toml any more: run `pdm lock` and commit it",
    "pipenv": "Pipfile.lock does not fit Pipfile any more: run `pipenv lock` and commit it",
}

NO_DOWNLOAD = ("dependencies.managedPython: uv brings interpreters from GitHub, which this host has to reach; "
               "or UV_PYTHON_INSTALL_MIRROR in its environment names a mirror")


def each(option, values):
    return [word for value in values for word in (option, value)]


def create(made, interpreter, path, uv):
    """An empty environment."""
    if made["installer"] == "uv":
        return [uv, "venv", "--quiet", "--no-project", "--no-python-downloads", "--python", interpreter, path]
    return [interpreter, "-m", "venv", path]


def fits(manager, tool):
    """Fails where the lock is not of what it was made from; None where the export itself does."""
    return {"pdm": [tool, "lock", "--check"], "pipenv": [tool, "verify"]}.get(manager)


def export(made, tool, python):
    """Prints what the lock holds, as requirements."""
    manager, extras, groups = made["manager"], made["extras"], made["groups"]
    if manager == "uv":
        return [tool, "export", "--quiet", "--locked", "--no-emit-local", "--no-header", "--python", python] + selected(extras, groups)
    if manager == "poetry":
        return [tool, "export", "--no-interaction", "--no-ansi"] + each("--only", ["main"] + groups) + each("--extras", extras)
    if manager == "pdm":
        # Without --prod all groups for development come, but with some of them named only these.
        return [tool, "export", "--format", "requirements", "--dev" if groups else "--prod"] + each("--group", groups + extras)
    categories = ["packages"] + ["dev-packages" if group == "dev" else group for group in groups]
    return [tool, "requirements", "--hash"] + (["--categories", " ".join(categories)] if groups else [])


def selected(extras, groups):
    return ([] if "dev" in groups else ["--no-dev"]) + each("--extra", extras) + each("--group", groups)


def sync(made, uv, python):
    """uv's own way: to the indexes and repositories that its lock names."""
    words = [uv, "sync", "--locked", "--no-install-local", "--no-progress", "--no-python-downloads", "--python", python]
    return words + selected(made["extras"], made["groups"])


def install(made, python, uv, words, wheelhouse=None):
    """Packages into the environment, without bytecode; `words` say which."""
    offline = ["--no-index", "--find-links", wheelhouse] if wheelhouse else []
    if made["installer"] == "uv":
        return [uv, "pip", "install", "--python", python, "--no-progress"] + offline + words
    return [python, "-m", "pip", "install", "--no-compile", "--prefer-binary", "--progress-bar", "off"] + offline + words


def compile_all(program, environment, other):
    """With neither the packages' own start-up files nor the user's variables."""
    return [environment + "/bin/python", "-I", "-S", "-c", program, environment] + ([other] if other else [])


def check(made, python, uv):
    """Fails where packages do not fit together."""
    return [uv, "pip", "check", "--python", python] if made["installer"] == "uv" else [python, "-m", "pip", "check"]


def bring_python(uv, version):
    return [uv, "python", "install", "--no-progress", "--no-bin", version]


def find_python(uv, version):
    return [uv, "python", "find", "--managed-python", "--no-python-downloads", "--no-project", version]


def bring_tool(python, pins, wheelhouse=None, pip=None):
    """
    By root, so of wheels only: nothing of a package runs while it is installed. `pip`: a wheel of it, which installs itself
    besides; without bytecode, which takes longer than what is done with it afterwards.
    """
    offline = ["--no-index", "--find-links", wheelhouse] if wheelhouse else []
    words = [python, pip + "/pip", "install", "--no-compile"] if pip else [python, "-m", "pip", "install"]
    return words + ["--quiet", "--only-binary", ":all:", "--progress-bar", "off"] + offline + ([pip] if pip else []) + pins


def split(exported, keep_indexes):
    """(lines with hashes, lines without, packages of the repository itself) of exported requirements.

    pip takes a list either with hashes for all or for none, and git has none. Lines that choose indexes go into both,
    unless another index is asked for. What is a path would be the repository's own: the checkout is the code.
    """
    hashed, loose, own = [], [], []
    for line in exported.replace("\\\n", " ").splitlines():
        line = " ".join(line.split())
        if not line or line.startswith("#"):
            continue
        if line.startswith(("-e ", "--editable", "./", "../", "/", "file:")) or " @ file:" in line:
            own.append(line)
        elif line.startswith("-"):
            for lines in (hashed, loose) if keep_indexes else ():
                lines.append(line)
        else:
            (hashed if "--hash=" in line else loose).append(line)
    return hashed, loose, own
