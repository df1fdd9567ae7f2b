"""Which manager a project's dependencies have, which files of the commit it needs, and what names the environment."""
import hashlib
import posixpath
import re

# Installed beside the environments, once per host. A change here makes other environments of the apps that use it.
TOOLS = {
    "uv": ["uv==0.13.8"],
    "poetry": ["poetry==2.5.1", "poetry-plugin-export==1.10.1"],
    # hishel 2 has lost what this pdm imports.
    "pdm": ["pdm==2.29.4", "hishel[httpx2]>=1.4,<2"],
    "pipenv": ["pipenv==2026.10.3"],
}
# The lock and what it was made from.
LOCKS = {
    "uv": ("uv.lock", "pyproject.toml"),
    "poetry": ("poetry.lock", "pyproject.toml"),
    "pdm": ("pdm.lock", "pyproject.toml"),
    "pipenv": ("Pipfile.lock", "Pipfile"),
}


class Unclear(Exception):
    """What is wrong with the dependencies, for the user."""


def recipe(asked, show, commit, inside=None):
    """
    (how an environment is made, texts that people write, texts that tools write). `show` gives a file of the commit, or
    None. `inside`: the directory of the app, where the repository has several; what tools write is looked for there.
    """
    below = (lambda name: show(posixpath.normpath(posixpath.join(inside, name)))) if inside else show
    manager = asked.get("manager") or ("pip" if asked.get("files") else detect(below, commit))
    check(manager, asked)
    # Requirements files may include some from beside the app's directory, so theirs are paths from the top.
    install = (asked.get("files") or [posixpath.join(inside or "", "requirements.txt")]) if manager == "pip" else []
    made = {
        "manager": manager,
        "installer": "uv" if manager == "uv" else asked.get("installer") or "pip",
        "python": asked["python"],
        "managedPython": bool(asked.get("managedPython")),
        "extras": asked.get("extras") or [],
        "groups": asked.get("groups") or [],
        "install": install,
    }
    texts, locks = files(manager, install, show if manager == "pip" else below, commit)
    return made, texts, locks


def detect(show, commit):
    """The one manager that the commit has files of. Raises Unclear where it is none, or several."""
    claims = [(manager, lock) for manager, (lock, _) in LOCKS.items() if show(lock) is not None]
    found = {manager for manager, _ in claims}
    if show("requirements.txt") is not None:
        claims.append(("pip", "requirements.txt"))
    if "pipenv" not in found and show("Pipfile") is not None:
        claims.append(("pipenv", "Pipfile"))
    project = show("pyproject.toml") or ""
    for manager, section in (("poetry", "tool.poetry"), ("uv", "tool.uv.sources"), ("pdm", "tool.pdm.source")):
        if not found & {"uv", "poetry", "pdm"} and section_of(project, section) is not None:
            claims.append((manager, "[%s] of pyproject.toml" % section))
            found.add(manager)
    if not found & {"uv", "poetry", "pdm"} and re.search(r"^dependencies\s*=", section_of(project, "project") or "", re.M):
        claims.append(("pyproject", "[project] of pyproject.toml"))
    if not claims:
        names = ", ".join(lock for lock, _ in LOCKS.values())
        raise Unclear("dependencies: commit %s has no requirements.txt, none of %s, and no dependencies in a pyproject.toml: "
                      "set dependencies.files" % (commit[:7], names))
    if len(claims) > 1:
        told = " and ".join("%s (manager: %s)" % (what, manager) for manager, what in claims)
        raise Unclear("dependencies.manager: is missing, and commit %s has %s: say which of them is meant" % (commit[:7], told))
    return claims[0][0]


def section_of(project, name):
    """The lines of a table of pyproject.toml, and of those below it; None where it has none. Enough to tell whose it is."""
    head = r"^[ \t]*\[+[ \t]*%s(?:\.[^\]]*)?[ \t]*\]+[^\n]*$" % re.escape(name)
    parts = re.split(r"(?m)(?=^[ \t]*\[)", project)
    mine = [part for part in parts if re.match(head, part, re.M)]
    return "".join(mine) if mine else None


def check(manager, asked):
    """What this manager has no meaning for. Raises Unclear."""
    for option, managers in (("extras", ("pip", "pipenv")), ("groups", ("pip",))):
        if asked.get(option) and manager in managers:
            raise Unclear("dependencies.%s: %s has none" % (option, manager))
    if manager != "pip" and asked.get("files"):
        raise Unclear("dependencies.files: are for pip, and the manager is %s" % manager)
    if manager == "uv" and asked.get("installer") == "pip":
        raise Unclear("dependencies.installer: should not be pip with the manager uv, which installs by itself")


def files(manager, install, show, commit):
    if manager == "pip":
        return requirements(install, show, commit), {}
    if manager == "pyproject":
        return wanted(["pyproject.toml"], show, commit, "pyproject"), {}
    lock, source = LOCKS[manager]
    if show(lock) is None:
        raise Unclear("dependencies: %s needs %s, which is not in commit %s: run `%s lock` and commit it" % (manager, lock, commit[:7], manager))
    texts, locks = wanted([source], show, commit, manager), {lock: show(lock)}
    if manager == "uv":
        # Members of a workspace: the lock is compared with what they ask for.
        for path in re.findall(r'source = \{ (?:editable|virtual|directory) = "([^"]+)" \}', locks[lock]):
            name = posixpath.normpath(path + "/pyproject.toml")
            if not name.startswith("..") and name not in texts and show(name) is not None:
                texts[name] = show(name)
    return texts, locks


def wanted(names, show, commit, manager):
    texts = {name: show(name) for name in names}
    for name, text in texts.items():
        if text is None:
            raise Unclear("dependencies: %s needs %s, which is not in commit %s" % (manager, name, commit[:7]))
    return texts


def requirements(names, show, commit):
    """The named files and those that their -r and -c lines pull in, by path."""
    texts, left = {}, list(names)
    while left:
        name = left.pop(0)
        if name in texts:
            continue
        text = show(name)
        if text is None:
            raise Unclear("dependencies.files: %s is not in commit %s" % (name, commit[:7]))
        texts[name] = text
        for other in re.findall(r"^\s*(?:-r|-c|--requirement|--constraint)[ =]\s*(\S+)", text, re.M):
            if "://" not in other:
                left.append(posixpath.normpath(posixpath.join(posixpath.dirname(name), other)))
    return texts


def tools(made):
    """The tools that an environment is made with, besides pip."""
    names = [made["manager"]] if made["manager"] in TOOLS else []
    return names + (["uv"] if made["installer"] == "uv" and "uv" not in names else [])


def digest(version, made, texts):
    """Names an environment by all that its packages depend on: interpreter, tools and options, lock."""
    head = [made["manager"]] + [pin for tool in tools(made) for pin in TOOLS[tool]]
    parts = [" ".join(head), version]
    for name in sorted(texts):
        parts += [name, texts[name]]
    for option in ("extras", "groups"):
        if made[option]:
            parts.append("%s=%s" % (option, ",".join(sorted(made[option]))))
    if made.get("wheelhouse"):
        parts.append("wheelhouse=" + (made["wheelhouse"].get("tree") or made["wheelhouse"]["path"]))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
