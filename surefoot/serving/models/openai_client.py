"""Speaks HTTP with an OpenAI-compatible server, at as little cost a token as the machine allows."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from aiohttp import ClientResponse

    Body = Mapping[str, object]

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_LINE = 2**20
"""Bytes of a piece of a stream, at most twice: more is no token."""
_SHOWN = 500
"""Characters of a refusal's own words."""


class ServerSaid(Exception):
    """A server's refusal, in its own words."""

    def __init__(self, status: int | None, message: str, detail: Body) -> None:
        """status: of HTTP, None where a stream had begun; detail: what it said beside the message."""
        super().__init__(message)
        self.status, self.message, self.detail = status, message, detail


@dataclass(frozen=True)
class Peer:
    """A server; each request has a connection of its own, since one that was left early is of no use afterwards.

    Requests raise ServerSaid where the server refuses, aiohttp's ClientError where nobody answers or the connection
    breaks, TimeoutError where it stays silent, and ValueError where it says what is no JSON object.
    """

    url: str
    """Base URL, as in `http://127.0.0.1:8000/v1`."""
    key: str = field(repr=False)
    connect: float
    """Seconds for a connection."""
    silent: float
    """Seconds without a byte."""

    async def models(self) -> list[str]:
        """Names of the models that it serves."""
        async with self._asked("/models") as response:
            listed = cast("list[Body]", _object(await response.read()).get("data") or [])
            return [str(model["id"]) for model in listed]

    async def completion(self, request: Body) -> Body:
        """A completion as a whole."""
        async with self._asked("/chat/completions", request) as response:
            return _object(await response.read())

    @asynccontextmanager
    async def stream(self, request: Body) -> AsyncGenerator[AsyncGenerator[Body]]:
        """The pieces of a completion, its usage at the end; leaving closes the connection, so that the server stops."""
        body = {**request, "stream": True, "stream_options": {"include_usage": True}}
        async with self._asked("/chat/completions", body) as response, aclosing(_pieces(response)) as pieces:
            yield pieces

    @asynccontextmanager
    async def _asked(self, path: str, body: Body | None = None) -> AsyncGenerator[ClientResponse]:
        from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

        timeout = ClientTimeout(total=None, sock_connect=self.connect, sock_read=self.silent)
        headers = {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {self.key}"} if self.key else {})}
        async with (
            ClientSession(
                connector=TCPConnector(force_close=True),
                cookie_jar=DummyCookieJar(),
                headers=headers,
                timeout=timeout,
                read_bufsize=_LINE,
            ) as session,
            session.request(
                "GET" if body is None else "POST",
                self.url.rstrip("/") + path,
                json=body,
                proxy=self._proxy,
                allow_redirects=False,  # the key is for this server alone
            ) as response,
        ):
            if response.status >= 300:
                raise _refusal(response.status, await response.content.read(_LINE))
            yield response

    @cached_property
    def _proxy(self) -> str | None:
        """The environment's, except for this machine."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        return None if host in _LOOPBACK or proxy_bypass(host) else getproxies().get(parts.scheme)


async def _pieces(response: ClientResponse) -> AsyncGenerator[Body]:
    """The server-sent events of a stream, each a JSON object in one line."""
    from aiohttp.http_exceptions import HttpProcessingError

    try:
        async for line in response.content:
            if not line.startswith(b"data:"):
                continue
            data = line[5:].strip()
            if data == b"[DONE]":
                return
            piece = _object(data)
            if "error" in piece:
                raise _said(None, piece, "")
            yield piece
    except HttpProcessingError as error:
        raise ValueError("a line of its stream has no end") from error


def _refusal(status: int, content: bytes) -> ServerSaid:
    text = content.decode("utf-8", "replace")
    try:
        return _said(status, _object(content), text)
    except ValueError:
        return ServerSaid(status, text.strip()[:_SHOWN], {})


def _said(status: int | None, answer: Body, text: str) -> ServerSaid:
    """What is in an answer's 'error': an object with a message, or the message itself; some servers have it outside."""
    error = answer.get("error", answer)
    detail = cast("Body", error) if isinstance(error, dict) else {}
    message = str(detail.get("message") or (error if isinstance(error, str) else "") or text.strip())
    return ServerSaid(status, message[:_SHOWN], detail)


def _object(content: bytes) -> Body:
    answer: object = json.loads(content)
    if not isinstance(answer, dict):
        raise ValueError("what it sent is no object")  # noqa: TRY004  an answer of another kind, no mistake of ours
    return cast("Body", answer)
