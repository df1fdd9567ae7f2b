"""A small Litestar app: `/` says which commit serves, `/health` that it is well."""

import os
from pathlib import Path

from litestar import Litestar, get


def commit() -> str:
    """The commit that is checked out, without git: its hash stands in a file, or in the list of packed refs."""
    git = Path(__file__).resolve().parent.parent / ".git"
    head = (git / "HEAD").read_text().strip()
    if not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    if (git / name).exists():
        return (git / name).read_text().strip()
    for line in (git / "packed-refs").read_text().splitlines():
        if line.endswith(" " + name):
            return line.split()[0]
    return "unknown"


# Read once: what this process was started with, whatever the checkout says later.
COMMIT = commit()
GREETING = os.environ.get("GREETING", "Hello from exampleapp")


@get("/", sync_to_thread=False)
def index() -> dict[str, str]:
    return {"message": GREETING, "commit": COMMIT}


@get("/health", sync_to_thread=False)
def health() -> dict[str, str]:
    return {"status": "ok"}


app = Litestar(route_handlers=[index, health])
