"""Ends a stream from another thread than the one that reads it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


class HangUp:
    """Hand it to `Client.ask`; `now()` closes the connection, so that the server stops and the reader's wait ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.asked = False
        """True once `now` was called: the error that the reader then gets was wanted."""

    def now(self) -> None:
        """Close the connection, or do so as soon as there is one."""
        with self._lock:
            self.asked = True
            self._close()

    def watch(self, response: httpx.Response) -> None:
        """Take the connection that a response comes over."""
        stream = response.extensions.get("network_stream")
        with self._lock:
            self._socket = stream.get_extra_info("socket") if stream is not None else None
            if self.asked:
                self._close()

    def _close(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)
