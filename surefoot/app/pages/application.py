"""The pages as an application: Streamlit's, with the headers that it does not set.

`streamlit run surefoot/app/pages/application.py` serves them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from surefoot.app.client.server import places
from surefoot.app.pages import connection
from surefoot.app.pages.look import EARLY

_INDEX = Path(st.__file__).parent / "static" / "index.html"
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def _allowed() -> str:
    """The scripts within a page, by their hashes: Streamlit's own and ours; no other one runs, and no handler."""
    scripts = [*_INLINE.findall(_INDEX.read_text(encoding="utf-8")), EARLY]
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{one}'" for one in hashes)


POLICY = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' blob: {_allowed()}",  # components come as blobs
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",  # none of another host: an address can carry away what an answer says
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
YEAR = "max-age=31536000"
FIGURES = "/_stcore/metrics"
"""Where Streamlit tells everybody how many are there."""
MEDIA = "/media/"
"""Files that a person downloads, and pictures of documents."""


def _may_have(scope: Scope) -> bool:
    """Whether a file under MEDIA is for who asks."""
    request = HTTPConnection(scope)
    file_id = scope["path"].removeprefix(MEDIA).partition(".")[0]
    return connection.may_have(file_id, request.cookies.get(connection.session_cookie()))


class Sheltered:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp, public_url: str | None = None) -> None:
        """public_url: where the pages are reached; by https browsers are told to come by https alone."""
        self._app = app
        self._headers = HEADERS | (
            {"Strict-Transport-Security": YEAR} if (public_url or "").startswith("https://") else {}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or the pages' WebSocket, which has no answer to add to."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if scope["path"].startswith(MEDIA):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        closed = scope["path"].rstrip("/") == FIGURES or (
            scope["path"].startswith(MEDIA) and not await run_in_threadpool(_may_have, scope)
        )
        await (PlainTextResponse("Not found", 404) if closed else self._app)(scope, receive, sent)


app = st.App("main.py", middleware=[Middleware(Sheltered, public_url=places().public_url)])
