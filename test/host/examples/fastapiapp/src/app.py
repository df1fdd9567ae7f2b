"""A small FastAPI app: it makes a title fit for a URL, for whoever has the token."""

import os
import re
import secrets
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from anyascii import anyascii

VERSION = "2"

app = FastAPI(title="fastapiapp", version=VERSION)
bearer = HTTPBearer()


def knows_token(given: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> None:
    if not secrets.compare_digest(given.credentials.encode(), os.environ["API_TOKEN"].encode()):
        raise HTTPException(403, "wrong token")


class Title(BaseModel):
    title: str


class Slug(BaseModel):
    slug: str


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok", "version": VERSION}


@app.post("/slugs", dependencies=[Depends(knows_token)])
def make_slug(title: Title) -> Slug:
    return Slug(slug="-".join(re.findall("[a-z0-9]+", anyascii(title.title).lower())))
