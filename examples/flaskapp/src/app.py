"""A small Flask app: it counts its visits, in a file that outlives its releases."""

import os
import sqlite3
from datetime import datetime, timezone
from pathlib import Path

from dateutil.relativedelta import relativedelta
from flask import Flask, g, jsonify

VERSION = "1"
DATABASE = Path(os.environ.get("DATA", Path(__file__).parent.parent / "data")) / "visits.sqlite3"

app = Flask(__name__)


def database() -> sqlite3.Connection:
    if "database" not in g:
        g.database = sqlite3.connect(DATABASE)
        g.database.execute("CREATE TABLE IF NOT EXISTS visits (at TEXT NOT NULL)")
    return g.database


@app.teardown_appcontext
def close(_: BaseException | None) -> None:
    if "database" in g:
        g.pop("database").close()


@app.get("/health")
def health():
    database().execute("SELECT 1")
    return jsonify(status="ok", version=VERSION)


@app.post("/visits")
def visit():
    now = datetime.now(timezone.utc)
    with database() as connection:
        connection.execute("INSERT INTO visits VALUES (?)", [now.isoformat()])
        month = [(now - relativedelta(months=1)).isoformat()]
        (count,) = connection.execute("SELECT count(*) FROM visits WHERE at > ?", month).fetchone()
    return jsonify(visits=count)
