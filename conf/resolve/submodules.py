"""The submodules of a commit, as its .gitmodules names them."""
import re
import sys


def listed(cache, commit):
    """(name, URL, commit) of each."""
    text = cache.git("config", "-z", "--blob", commit + ":.gitmodules", "--list")
    settings = {}
    for entry in (text or "").split("\0"):
        key, _, value = entry.partition("\n")
        found = re.fullmatch(r"submodule\.(.*)\.(path|url)", key, re.S)
        if found:
            settings.setdefault(found.group(1), {})[found.group(2)] = value
    for name, one in sorted(settings.items()):
        wanted = pinned(cache, commit, one.get("path"))
        # What is only described, and not in the commit, is no submodule of it.
        if wanted is None:
            continue
        if "url" not in one or not is_safe(name, one["url"]):
            sys.exit("submodules: %s has a name or a URL that can't be used: %s" % (name, one.get("url")))
        yield name, resolved(cache.repository, one["url"]), wanted


def pinned(cache, commit, path):
    line = (cache.git("ls-tree", "-z", commit, "--", path) or "") if path else ""
    found = re.match(r"160000 commit ([0-9a-f]{40,64})\t", line)
    return found.group(1) if found else None


def is_safe(name, url):
    """A name is a path below .git/modules; a URL is a word of git's."""
    inside = not re.search(r"(^|/)\.{0,2}(/|$)", name) and not name.startswith("-")
    return inside and bool(re.match(r"(https?|ssh|git|file)://|[\w.-]+@[\w.-]+:|/|\.\.?/", url))


def resolved(base, url):
    """`../lib.git` beside the repository itself, as git has it."""
    if not url.startswith(("./", "../")):
        return url
    base = base.rstrip("/")
    while url.startswith(("./", "../")):
        if url.startswith("../"):
            cut = max(base.rfind("/"), base.rfind(":"))
            base, sign = base[:cut], base[cut]
        else:
            sign = "/"
        url = url.split("/", 1)[1]
    return base + sign + url
