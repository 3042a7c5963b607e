"""The addresses under which a browser reaches the API and the pages, and the address that a request comes from."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from fastapi import Request

from surefoot.app.hosts import is_loopback
from surefoot.app.settings import Settings

_NEXT = re.compile(r"\?[\w=&.%+-]{0,2000}")
"""Where to go after signing in: a query of the pages' one path, never another site."""


def api_url(request: Request, public: str | None) -> str:
    """The API's address, without a slash at its end."""
    return public or str(request.base_url).rstrip("/")


def pages_url(request: Request, settings: Settings, query: str = "") -> str:
    """The pages' address, with a query of theirs; anything else in `query` is left out."""
    own = f"http://{_bracketed(request.url.hostname or '127.0.0.1')}:{settings.pages_port}"
    return f"{settings.public_url or own}/{own_query(query)}"


def own_query(query: str) -> str:
    """A query of the pages' one path; empty where it is anything else."""
    return query if _NEXT.fullmatch(query) else ""


def is_secure(settings: Settings) -> bool:
    """Whether browsers come by https alone."""
    return bool(settings.public_url) and urlsplit(settings.public_url or "").scheme == "https"


def address_of(request: Request, settings: Settings) -> str:
    """Where a request comes from. What a proxy says is believed where one is set and the peer is on this machine."""
    peer = request.client.host if request.client else ""
    if settings.public_url and is_loopback(peer):
        told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return told or peer
    return peer


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
