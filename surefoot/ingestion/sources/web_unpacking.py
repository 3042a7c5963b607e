"""Unpacks what web servers send in small pieces, so that a little packed data cannot fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

_PIECE = 64 * 1024


def gunzipped(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip in pieces of at most 64 KiB; raises zlib.error where it is damaged or ends too early."""
    unpacker = zlib.decompressobj(31)
    begun = False
    for chunk in stream:
        rest = chunk
        while rest:
            if unpacker.eof:  # a file may consist of several packed parts
                unpacker = zlib.decompressobj(31)
            begun = True
            yield unpacker.decompress(rest, _PIECE)
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if begun and not unpacker.eof:
        yield from _flushed(unpacker)


def _flushed(unpacker: Any) -> Iterator[bytes]:
    while not unpacker.eof and (piece := unpacker.decompress(b"", _PIECE)):
        yield piece
    if not unpacker.eof:
        raise zlib.error("the packed content ends too early")
