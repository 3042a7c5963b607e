"""Streams to a client, and stops the work behind them when the client leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import aclosing
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from surefoot.app.errors import RequestRefused

T = TypeVar("T")
CLIENT_GONE = 499
"""Nginx's status for a client that left; nobody reads it."""


class EventStream(Response):
    """Sends what a generator yields as it comes; a client that leaves closes the generator at once."""

    def __init__(self, content: AsyncGenerator[bytes], media_type: str, headers: Mapping[str, str]) -> None:
        self.status_code = 200
        self.background = None
        self.media_type = media_type
        self.init_headers(headers)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI's signature
        """Send until the end, or until the client has left."""
        async with aclosing(self._content):
            await _unless(_disconnected(receive), self._send(send))

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for chunk in self._content:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The work's result; cancels it and raises RequestRefused when the client leaves before."""
    done = await _unless(_disconnected(request.receive), work)
    if done is None:
        raise RequestRefused("The client has left.", CLIENT_GONE, "client_gone")
    return done.result()


async def _unless(signal: Coroutine[Any, Any, None], work: Coroutine[Any, Any, T]) -> asyncio.Task[T] | None:
    """The finished task of the work, or None where the signal came first; what is left is cancelled and awaited."""
    working, waiting = asyncio.ensure_future(work), asyncio.ensure_future(signal)
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()  # raises what the work raised
            return working
        return None
    finally:
        working.cancel()
        waiting.cancel()
        await asyncio.wait({working, waiting})
        for task in (working, waiting):
            if not task.cancelled():
                task.exception()  # seen: nobody is told about the failure of work that nobody waits for


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
