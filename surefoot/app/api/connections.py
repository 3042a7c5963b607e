"""HTTP/1.1 connections that are closed when a client keeps them waiting for the rest of a request."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 20.0
"""How long the head of a request may take, and how long the rest of one may that was answered early (a 413, a 408)."""


class PatientProtocol(H11Protocol):
    """Uvicorn's connection with a limit on half a request; how long a body takes is the guard's to measure.

    A timer runs while something is to come that nobody works on yet: the head of a request, or the rest of one that
    was answered early.
    """

    seconds = HEADER_SECONDS
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; go on waiting where it was only a part of a request's head."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        answering = bool(self.cycle) and not self.cycle.response_complete
        if answering or self.timeout_keep_alive_task is not None:
            self._stop()  # a request is worked on, or uvicorn's own timer runs until the next one begins
        elif self._timer is None:
            self._timer = self.loop.call_later(self.seconds, self.transport.close)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
