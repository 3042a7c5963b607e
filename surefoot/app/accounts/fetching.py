"""Asks the identity provider: within a time, for so many bytes, without following it elsewhere."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from surefoot.app.accounts.errors import ProviderUnusable

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)
SECONDS = 3.0
"""How long one answer may take in all."""
MOST_BYTES = 512 * 1024
AWAY = "The identity provider does not answer. Try again in a moment; if that does not help, ask an administrator."
GARBLED = "The identity provider does not answer as agreed. Ask an administrator; the server's log says more."


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the provider."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    form: str = ""
    """Sent by POST where there is one."""


async def fetched(request: Request) -> tuple[int, dict[str, Any]]:
    """The status, and the JSON object that came; empty where none did. Raises ProviderUnusable."""
    import httpx

    verify = _certificates() if request.url.startswith("https:") else False
    method = "POST" if request.form else "GET"
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", **request.headers}
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False, verify=verify) as http,
            http.stream(method, request.url, headers=headers, content=request.form or None) as answer,
        ):
            body = await _read(answer)
            return answer.status_code, _object(body)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
        logger.warning("The identity provider does not answer: %s.", type(error).__name__)
        raise ProviderUnusable(AWAY) from None  # the original names the address, which may hold more


def unusable(reason: str) -> ProviderUnusable:
    """The error for an answer that is not as agreed, with the reason in the log."""
    logger.warning("The identity provider cannot be used: %s.", reason)
    return ProviderUnusable(GARBLED)


async def _read(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > MOST_BYTES:
            raise unusable(f"an answer of more than {MOST_BYTES} bytes")
    return bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()
