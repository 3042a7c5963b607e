"""The HTTP connections of an S3 client: to checked addresses only, and every answer bounded in bytes and seconds."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Generator
from typing import Any, cast
from weakref import WeakSet

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from surefoot.ingestion.errors import SourceUnreachable
from surefoot.ingestion.sources.network import AddressRules

_CONNECT_S, _READ_S = 10.0, 30.0
_ANSWER_S = 60.0
"""Seconds for one answer that is not an object's content."""
_LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes of such an answer; 1,000 keys of 1,024 characters are under 4 MiB."""
_PIECE = 64 * 1024


class BucketPool(urllib3.PoolManager):
    """Follows no redirect and uses no proxy."""

    def __init__(self, rules: AddressRules) -> None:
        retries = urllib3.Retry(
            total=2,
            redirect=0,
            backoff_factor=0.3,
            status_forcelist=(500, 502, 503, 504),
            respect_retry_after_header=False,
        )
        super().__init__(
            num_pools=2, maxsize=2, retries=retries, timeout=urllib3.Timeout(connect=_CONNECT_S, read=_READ_S)
        )
        self._open: WeakSet[HTTPConnection] = WeakSet()
        self.pool_classes_by_scheme = _pools(rules, self._open.add)
        self._left = 0

    def begin(self, answers: int) -> None:
        """Begin a piece of work that needs at most so many answers: a listing without end stops there."""
        self._left = answers

    @contextlib.contextmanager
    def within(self, seconds: float) -> Generator[None]:
        """Cut all connections when the work takes longer; a server that drips keeps the usual timeouts from it."""
        late = threading.Timer(seconds, self._cut)
        late.daemon = True
        late.start()
        try:
            yield
        finally:
            late.cancel()

    def urlopen(self, method: str, url: str, redirect: bool = True, **kw: Any) -> urllib3.BaseHTTPResponse:  # noqa: ARG002 # the signature is urllib3's
        """Ask; all answers but an object's content are read here, up to a limit."""
        self._left -= 1
        if self._left < 0:
            raise SourceUnreachable("The store lists the bucket without end. Check which server the address leads to.")
        whole = bool(kw.pop("preload_content", True))
        with self.within(_ANSWER_S):
            response = super().urlopen(method, url, redirect=False, preload_content=False, **kw)
            if not whole and response.status in (200, 206):
                return response
            body = b"".join(pieces(response, _LARGEST_ANSWER))
        if not body and response.status == 200:
            raise SourceUnreachable("The store's answer is empty. Check which server the address leads to.")
        return urllib3.HTTPResponse(
            body, response.headers, response.status, reason=response.reason, request_method=method, request_url=url
        )

    def _cut(self) -> None:
        for connection in list(self._open):
            if connection.sock is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)


def pieces(response: urllib3.BaseHTTPResponse, limit: int) -> Generator[bytes]:
    """An answer's bytes as they come, still packed; raises SourceUnreachable over `limit` or where some are missing."""
    announced, size = response.headers.get("content-length", ""), 0
    try:
        while piece := response.read1(_PIECE, decode_content=False):
            size += len(piece)
            if size > limit:
                response.close()
                raise SourceUnreachable(f"The store's answer is larger than {limit:,} bytes.")
            yield piece
    finally:
        response.release_conn()
    if announced.isdigit() and int(announced) != size and response.status != 304:
        raise SourceUnreachable("The store broke off its answer. Try again later.")


def _pools(rules: AddressRules, opened: Callable[[HTTPConnection], None]) -> dict[str, type[HTTPConnectionPool]]:
    """The pools whose connections go to checked addresses; TLS still sees the host's name."""

    def connect(connection: HTTPConnection) -> socket.socket:
        opened(connection)
        return rules.connect(connection.host, connection.port or connection.default_port, _CONNECT_S)

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = cast("Any", Plain)  # the vendor's own classes do not fit its protocol

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = cast("Any", Secure)

    return {"http": PlainPool, "https": SecurePool}
