"""Connections to checked addresses, on which no single step outlasts the time for the whole answer."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextvars import ContextVar
from ssl import SSLContext
from typing import Any

import httpcore

from surefoot.ingestion.sources.network import AddressRules

deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
"""When, on the monotonic clock, the answer that this thread waits for must be complete."""


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only; the name stays what TLS and the Host header see."""

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 # the signature is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first checked address that accepts one; raises AddressRefused, SourceUnreachable."""
        failure: Exception = httpcore.ConnectError("the name has no address")
        for address in self._rules.addresses(host)[:4]:
            try:
                return _Stream(self._inner.connect_tcp(address, port, time_left(timeout), None, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Stream(httpcore.NetworkStream):
    """A connection on which no single step outlasts the deadline: a server that drips cannot stretch an answer."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, time_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, time_left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, time_left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def time_left(timeout: float | None) -> float | None:
    """The seconds that a step may take, at most `timeout`; raises httpcore.ReadTimeout where the time is over."""
    end = deadline.get()
    if end is None:
        return timeout
    left = end - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for the whole answer is over")
    return left if timeout is None else min(timeout, left)
