"""Asks web servers that are not trusted: checked addresses only, and every answer bounded in bytes and seconds."""

from __future__ import annotations

import hashlib
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpcore

from surefoot.ingestion.errors import SourceUnreachable
from surefoot.ingestion.sources.network import AddressRules
from surefoot.ingestion.sources.web_addresses import canonical, origin
from surefoot.ingestion.sources.web_connection import CheckedBackend, deadline, time_left
from surefoot.ingestion.sources.web_unpacking import gunzipped

MOST_REDIRECTS = 5
_CONNECT_S = 10.0
_READ_S = 15.0
"""Seconds without a single byte after which a server counts as dead."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TEMPORARY = frozenset({302, 303, 307})
Permit = Callable[[str, bool], None]
"""Raises where the address of a redirect may not be followed; told also whether it is a temporary one."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a web server."""

    address: str
    limit: int
    """Bytes of the body, decoded; the body of a larger answer is not kept."""
    seconds: float
    """For the whole answer, redirects included."""
    method: str = "GET"
    wanted: Callable[[str, str], bool] = lambda _address, _content_type: True
    """Whether the body of an answer with this address and content type is to be read at all."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a web server answered."""

    address: str
    """Where the answer came from, after redirects."""
    status: int
    headers: Mapping[str, str]
    """By lower-case name; repeated ones joined by commas."""
    body: Path | None = None
    """File with the decoded body; None where it was not wanted, too large, or the status is not 200."""
    digest: str = ""
    """sha256 of the body."""
    size: int | None = None
    """Bytes of the body: those that came, or those that were announced."""
    too_large: bool = False
    temporary: bool = False
    """Whether a temporary redirect led here."""

    @property
    def content_type(self) -> str:
        """Media type, lower case, without parameters."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def drop(self) -> None:
        """Delete the body's file."""
        if self.body is not None:
            self.body.unlink(missing_ok=True)


class WebClient:
    """Sends questions from several threads; keeps no cookies, uses no proxy, and must be closed."""

    def __init__(self, rules: AddressRules, user_agent: str, scratch: Path, secret_headers: Mapping[str, str]) -> None:
        self._scratch = scratch
        self._agent = user_agent
        self._secrets = secret_headers
        """From a server's origin to the Authorization header that it alone is sent."""
        self._pool = httpcore.ConnectionPool(
            httpcore.default_ssl_context(),
            max_connections=8,
            max_keepalive_connections=4,
            keepalive_expiry=10.0,
            network_backend=CheckedBackend(rules),
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def ask(self, ask: Ask, permit: Permit = lambda _address, _temporary: None) -> Reply:
        """The answer after at most five redirects; `permit` is asked about each, and may raise.

        Raises SourceUnreachable where there is no complete answer in time, AddressRefused where an address is not
        allowed.
        """
        token = deadline.set(time.monotonic() + ask.seconds)
        try:
            reply = self._once(ask)
            temporary, seen = False, {ask.address}
            while reply.status in _REDIRECTS and (target := _target(reply)):
                temporary = temporary or reply.status in _TEMPORARY
                if target in seen or len(seen) > MOST_REDIRECTS:
                    raise SourceUnreachable(f"{ask.address} redirects in a circle, or too often. Correct the site.")
                seen.add(target)
                permit(target, temporary)
                reply = self._once(replace(ask, address=target))
            return replace(reply, temporary=temporary)
        finally:
            deadline.reset(token)

    def _once(self, ask: Ask) -> Reply:
        try:
            return self._exchange(ask)
        except httpcore.TimeoutException as error:
            raise SourceUnreachable(
                f"{ask.address} did not answer completely in time ({_READ_S:.0f} s without a byte, {ask.seconds:.0f} s "
                "in all). Try again later, or look at the server's load."
            ) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error) as error:
            raise SourceUnreachable(f"{ask.address} could not be read: {_words(error)}") from error

    def _exchange(self, ask: Ask) -> Reply:
        headers: dict[bytes | str, bytes | str] = {
            "User-Agent": self._agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
        }
        if secret := self._secrets.get(origin(ask.address)):
            headers["Authorization"] = secret
        timeouts = {"connect": _CONNECT_S, "read": _READ_S, "write": _READ_S, "pool": ask.seconds}
        extensions: dict[str, Any] = {"timeout": timeouts}
        with self._pool.stream(ask.method, ask.address, headers=headers, extensions=extensions) as response:
            reply = Reply(ask.address, response.status, _by_name(response.headers))
            if response.status != 200 or not ask.wanted(ask.address, reply.content_type):
                return reply
            announced = _announced(reply.headers)
            if ask.method == "HEAD" or (announced is not None and announced > ask.limit):
                return replace(reply, size=announced, too_large=(announced or 0) > ask.limit)
            return self._received(reply, response.iter_stream(), ask.limit)

    def _received(self, reply: Reply, stream: Iterable[bytes], limit: int) -> Reply:
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self._scratch, suffix=".body", delete=False) as file:
            path = Path(file.name)
            try:
                for piece in _decoded(stream, reply.headers.get("content-encoding", "")):
                    size += len(piece)
                    if size > limit:
                        path.unlink()
                        return replace(reply, too_large=True)
                    digest.update(piece)
                    file.write(piece)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        return replace(reply, body=path, digest=digest.hexdigest(), size=size)


def _decoded(stream: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The body in pieces of at most 64 KiB, however much a small packed part holds."""
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise httpcore.RemoteProtocolError(f"the server packs its answer as {encoding[:20]!r}, which was not asked for")
    for chunk in stream if encoding in ("", "identity") else gunzipped(stream):
        time_left(None)
        yield chunk


def _by_name(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _announced(headers: Mapping[str, str]) -> int | None:
    text = headers.get("content-length", "")
    return int(text) if text.isdigit() and len(text) < 19 else None


def _target(reply: Reply) -> str | None:
    location = reply.headers.get("location", "")
    return canonical(location, reply.address) if location else None


def _words(error: Exception) -> str:
    text = str(error) or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return f"its certificate is not accepted ({text}). Renew it, or add its authority to this machine's store."
    return f"{text}. Check that the server runs and answers completely."
