"""Refuses requests from other sites, wrong hosts and too large bodies, and sets the headers of every response."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from surefoot.app.address import TOKEN_PREFIX
from surefoot.app.api.admission import MACHINES, bearer
from surefoot.app.api.failures import describe, error_response
from surefoot.app.client.folder import FOLDER_HEADER, folder_name
from surefoot.app.errors import RequestRefused
from surefoot.app.hosts import is_loopback
from surefoot.app.metrics import Metrics

logger = logging.getLogger(__name__)

JSON_LIMIT = 1024 * 1024
"""Bytes of a request that brings no files."""
OTHER_FOLDER = "This is the server of another data folder."
NOT_FROM_HERE = (
    "The machine's token holds on this machine alone: at http://127.0.0.1 or http://localhost, through no proxy. "
    "From elsewhere sign in, or bring an API key."
)
FORWARDED = "x-forwarded"
FORWARDING = frozenset(
    """
    forwarded via x-real-ip x-client-ip x-cluster-client-ip x-original-forwarded-for x-original-host x-originating-ip
    x-remote-ip x-remote-addr x-envoy-external-address true-client-ip client-ip cf-connecting-ip fastly-client-ip
    """.split()
)
"""Headers by which proxies tell that a request is somebody else's: RFC 7239, RFC 9110, and what is in use beside them;
and all that begin with FORWARDED."""
SLOW_SECONDS = 20.0
SLOWEST_BYTES = 500
"""A body may take SLOW_SECONDS, and longer while it brings so many bytes a second: Apache's mod_reqtimeout."""
HTTPS_ALONE = "max-age=31536000"
"""A year, without the names below this one: they may be somebody else's to decide on."""
CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Rules:
    """What is let in."""

    origins: frozenset[str]
    """Origins of the pages, beside the API's own."""
    upload_bytes: int
    body_seconds: float = SLOW_SECONDS
    """How long a body may keep the server waiting."""
    token: str | None = None
    """This server's token; a client that brings another server's is sent away."""
    hosts: frozenset[str] = frozenset()
    """Names under which it is reached from elsewhere."""
    https: bool = False
    """Whether browsers come by https alone."""


class _Sent:
    """Sends a response with the headers that all have, and knows how far it came."""

    def __init__(self, send: Send, *, https: bool) -> None:
        self._send = send
        self._https = https
        self.started = False
        self.complete = False

    async def __call__(self, message: Message) -> None:
        """Send a part of the response."""
        if message["type"] == "http.response.start":
            self.started = True
            _set_headers(message, https=self._https)
        elif message["type"] == "http.response.body":
            self.complete = not message.get("more_body", False)
        await self._send(message)


class Guard:
    """The outermost layer of the API."""

    def __init__(self, api: ASGIApp, rules: Rules, metrics: Metrics) -> None:
        self._api = api
        self._rules = rules
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, then hand it on with its body counted."""
        if scope["type"] != "http":
            await self._api(scope, receive, send)
            return
        sent = _Sent(send, https=self._rules.https)
        try:
            limit = self._checked(Headers(scope=scope), scope)
            await self._api(scope, _Body(receive, limit, self._rules.body_seconds), sent)
        except Exception as error:  # noqa: BLE001  the border of every request: no client sees a stack trace
            if sent.complete:
                return  # answered and logged by the API itself
            message, status, code = describe(error)
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                self._metrics.failed()
            if not sent.started:  # else the status is out: the server closes the connection in the middle
                response = error_response(message, status, code)
                if status == HTTPStatus.BAD_REQUEST:
                    response.headers["Connection"] = "close"  # what follows on it may be of anybody's making
                await response(scope, receive, sent)

    def _checked(self, headers: Headers, scope: Scope) -> int:
        """What `_check` gives; a refusal stands in the log, since somebody may be trying doors."""
        try:
            return self._check(headers, scope)
        except RequestRefused as refused:
            logger.warning("A request was refused unread.", extra={"fields": {"code": refused.code}})
            raise

    def _check(self, headers: Headers, scope: Scope) -> int:
        """Raise RequestRefused for a request that must not be served; gives the bytes that its body may have."""
        _check_length(headers)
        _check_host(headers, self._rules.hosts)
        _check_origin(headers, self._rules.origins)
        _check_folder(headers, self._rules.token)
        if _brings_token(headers, self._rules.token):
            _check_from_here(headers, scope)
            scope.setdefault("state", {})[MACHINES] = True
        uploads = headers.get("content-type", "").startswith("multipart/form-data")
        limit = self._rules.upload_bytes if uploads else JSON_LIMIT
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise RequestRefused(_too_large(limit), 413, "too_large")
        return limit


def _check_length(headers: Headers) -> None:
    """Two lengths are how a request is hidden in another one's body: RFC 9112, section 6.3."""
    if "content-length" in headers and "transfer-encoding" in headers:
        raise RequestRefused("A request has either Content-Length or Transfer-Encoding, not both.", 400, "two_lengths")


def _check_host(headers: Headers, allowed: frozenset[str]) -> None:
    hosts = headers.getlist("host")
    name = _host_name(hosts[0]) if len(hosts) == 1 else ""
    if not is_loopback(name) and name not in allowed:
        where = " or ".join(sorted(allowed)) or "http://127.0.0.1 or http://localhost"
        raise RequestRefused(f"This server does not answer under this name: use {where}.", 421, "wrong_host")


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _check_origin(headers: Headers, allowed: frozenset[str]) -> None:
    origin = headers.get("origin")
    if origin is not None and origin not in allowed and origin != f"http://{headers['host']}":
        raise RequestRefused("A page of another site may not use this server.", 403, "wrong_origin")


def _brings_token(headers: Headers, token: str | None) -> bool:
    """Whether a request brings this server's token. Raises RequestRefused where it brings another server's."""
    given = bearer(headers)
    if not given.startswith(TOKEN_PREFIX) or token is None:
        return False
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise RequestRefused(OTHER_FOLDER, 401, "wrong_server")
    return True


def _check_from_here(headers: Headers, scope: Scope) -> None:
    """Raise RequestRefused for the machine's token where it may have come from another machine."""
    peer = scope.get("client")
    near = peer is not None and is_loopback(peer[0]) and is_loopback(_host_name(headers["host"]))
    if not near or any(name in FORWARDING or name.startswith(FORWARDED) for name in headers):
        raise RequestRefused(NOT_FROM_HERE, 401, "not_from_here")


def _check_folder(headers: Headers, token: str | None) -> None:
    """The pages bring no token of the machine, only which folder they are for."""
    named = headers.get(FOLDER_HEADER)
    if named and token is not None and not hmac.compare_digest(named.encode(), folder_name(token).encode()):
        raise RequestRefused(OTHER_FOLDER, 401, "wrong_server")


class _Body:
    """Receives a request's body; raises 413 once more bytes came than are let in, 408 where they come too slowly."""

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive = receive
        self._limit = limit
        self._seconds = seconds
        self._began = time.monotonic()
        self._seen = 0
        self._complete = False

    async def __call__(self) -> Message:
        """The next part of the body, or, after it, that the client has left."""
        if self._complete:
            return await self._receive()
        left = self._began + self._seconds + self._seen / SLOWEST_BYTES - time.monotonic()
        try:
            async with asyncio.timeout(max(left, 0.0)):  # wait_for loses a cancellation that comes with the message
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "The request's body came too slowly. Send it again.") from None
        self._seen += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._seen > self._limit:
            raise HTTPException(413, _too_large(self._limit))
        return message


def _too_large(limit: int) -> str:
    size = f"{limit // (1024 * 1024)} MB"
    return (
        f"The request brings more than {size}. Send fewer or smaller files at once, or raise SUREFOOT_UPLOAD_LIMIT_MB."
    )


def _set_headers(message: MutableMapping[str, Any], *, https: bool) -> None:
    headers = MutableHeaders(scope=message)
    fixed: Mapping[str, str] = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": CONTENT_POLICY,
        "X-Frame-Options": "DENY",
        **({"Strict-Transport-Security": HTTPS_ALONE} if https else {}),
    }
    for name, value in fixed.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
