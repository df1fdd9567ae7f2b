"""The commit that is checked out, without git: its hash stands in a file, or in the list of packed refs."""

from pathlib import Path


def commit(checkout: Path) -> str:
    git = checkout / ".git"
    if not git.is_dir():
        return "development"
    head = (git / "HEAD").read_text().strip()
    if not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    if (git / name).exists():
        return (git / name).read_text().strip()
    lines = (git / "packed-refs").read_text().splitlines()
    return next(line.split()[0] for line in lines if line.endswith(" " + name))
