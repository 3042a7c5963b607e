"""Opens a page as a browser does, without one: asks the pages' server for it, and listens until it is drawn.

It speaks as much WebSocket (RFC 6455) as that takes, and of Streamlit's messages the one that asks for a page.
"""

from __future__ import annotations

import os
import socket
import struct
from base64 import b64encode
from typing import BinaryIO
from urllib.parse import urlsplit

from surefoot.app.errors import MeasurementFailed

PAGES = ("", "view=fleet", "view=library", "view=sources", "view=runs")
"""What the address of each page asks for."""
_PATH = "/_stcore/stream"
_SECONDS = 60.0
"""So long a page may be silent while it is made."""
_BINARY, _MASKED = 0x82, 0x80
_QUERY, _RERUN = 0x0A, 0x5A
"""Keys of fields 1 of ClientState and 11 of BackMsg (Streamlit's protocol)."""
_FINISHED = b"\x30"
"""Key of field 6 of ForwardMsg: the page's script has run."""
_SHORT = 126


def visit(url: str, query: str, cookie: str = "") -> bytes:
    """Open the page of this query and wait until it is drawn; gives all that came, its words among it in UTF-8.

    cookie: what the browser brings, as in "name=value". Raises MeasurementFailed where the server does not answer.
    """
    place = urlsplit(url)
    try:
        with socket.create_connection((str(place.hostname), place.port or 80), _SECONDS) as connection:
            heard = connection.makefile("rb")
            connection.sendall(_greeting(place.netloc, cookie))
            _greeted(heard)
            connection.sendall(_framed(_asking_for(query)))
            return _drawn(heard)
    except OSError as error:
        raise MeasurementFailed(f"The pages at {url} do not answer: {error}.") from error


def _greeting(host: str, cookie: str) -> bytes:
    lines = (
        f"GET {_PATH} HTTP/1.1",
        f"Host: {host}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
        *([f"Cookie: {cookie}"] if cookie else []),
    )
    return "\r\n".join((*lines, "", "")).encode()


def _greeted(heard: BinaryIO) -> None:
    """Read the answer to the greeting up to its empty line."""
    said = heard.readline()
    if b" 101 " not in said:
        raise OSError(f"they said {said[:80]!r}")
    while heard.readline().strip():
        pass


def _asking_for(query: str) -> bytes:
    """BackMsg(rerun_script=ClientState(query_string=query))."""
    state = bytes([_QUERY, len(query)]) + query.encode()
    return bytes([_RERUN, len(state)]) + state


def _framed(message: bytes) -> bytes:
    """One masked frame, as a client sends it; for messages of up to 125 bytes."""
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(message))
    return struct.pack("!BB", _BINARY, _MASKED | len(message)) + mask + masked


def _drawn(heard: BinaryIO) -> bytes:
    """The messages that come until the page has run to its end."""
    drawn = bytearray()
    while True:
        message = _message(heard)
        drawn += message
        if len(message) < _SHORT and message[-2:-1] == _FINISHED:  # the last field of a short message
            return bytes(drawn)


def _message(heard: BinaryIO) -> bytes:
    """The content of the next frame, which a server sends without a mask."""
    _, length = _read(heard, "!BB")
    if length == _SHORT:
        (length,) = _read(heard, "!H")
    elif length > _SHORT:
        (length,) = _read(heard, "!Q")
    return heard.read(length)


def _read(heard: BinaryIO, form: str) -> tuple[int, ...]:
    found = heard.read(struct.calcsize(form))
    if len(found) < struct.calcsize(form):
        raise OSError("they hung up before the page was drawn")
    return struct.unpack(form, found)
