"""What the project itself says of its environment, read in the directory of its files, by a python that has pip.

`project.py MANAGER VERSION EXTRAS GROUPS` (names with commas between): fails where the interpreter of that version does
not fit the project, and prints the requirements of a plain pyproject.toml. The lists of locks come from their own tools.
"""
import json
import re
import sys

def main(manager, version, extras, groups):
    asked, allowed = allows(manager, version)
    if not allowed:
        sys.exit("dependencies.python: Python %s does not fit the project, which asks for %s" % (version, asked))
    if manager == "pyproject":
        print("\n".join(requirements(toml("pyproject.toml"), extras, groups)))


def toml(name):
    try:
        import tomllib
    except ImportError:  # before Python 3.11
        from pip._vendor import tomli as tomllib
    with open(name, "rb") as file:
        try:
            return tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            sys.exit("%s: %s" % (name, error))


def allows(manager, version):
    """(what is asked for, whether this version is that)."""
    if manager == "pipenv":
        with open("Pipfile.lock") as file:
            requires = json.load(file).get("_meta", {}).get("requires", {})
        asked = requires.get("python_full_version") or requires.get("python_version")
        return asked, asked is None or (version + ".").startswith(asked + ".")
    if manager == "poetry":
        # It has a way of its own to write this, `^3.9`.
        from poetry.core.constraints.version import Version, parse_constraint
        asked = toml("poetry.lock").get("metadata", {}).get("python-versions", "*")
        return asked, parse_constraint(asked).allows(Version.parse(version))
    from pip._vendor.packaging.specifiers import SpecifierSet
    asked = toml("pyproject.toml").get("project", {}).get("requires-python", "")
    return asked, SpecifierSet(asked).contains(version, prereleases=True)


def requirements(project, extras, groups):
    """PEP 621 and PEP 735: what the project needs, with these extras and groups."""
    table = project.get("project", {})
    if "dependencies" in table.get("dynamic", []):
        sys.exit("pyproject.toml: its dependencies are dynamic: only building the project tells them; write them there, or use a lock")
    name, optional, found = normal(table.get("name", "")), named(table.get("optional-dependencies", {})), list(table.get("dependencies", []))
    left, seen = [normal(extra) for extra in extras], set()
    while left:
        extra = left.pop(0)
        if extra in seen:
            continue
        seen.add(extra)
        for line in pick(optional, extra, "extra"):
            own = re.fullmatch(r"\s*([\w.-]+)\s*\[([^\]]*)\]\s*", line)
            if own and normal(own.group(1)) == name:
                left += [normal(one) for one in own.group(2).split(",")]
            else:
                found.append(line)
    for group in groups:
        found += lines_of(named(project.get("dependency-groups", {})), normal(group), ())
    return list(dict.fromkeys(found))


def lines_of(groups, name, within):
    if name in within:
        sys.exit("pyproject.toml: the group %s includes itself" % name)
    found = []
    for line in pick(groups, name, "group"):
        found += [line] if isinstance(line, str) else lines_of(groups, normal(line.get("include-group", "")), within + (name,))
    return found


def pick(table, name, kind):
    if name not in table:
        there = ", ".join(sorted(table)) or "none"
        sys.exit("dependencies.%ss: pyproject.toml has no %s %s; it has %s" % (kind, kind, name, there))
    return table[name]


def normal(name):
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def named(table):
    return {normal(name): lines for name, lines in table.items()}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *[[name for name in word.split(",") if name] for word in sys.argv[3:5]])
