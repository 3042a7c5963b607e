"""The language of the reading process: a JSON header and a block of bytes, both with their lengths in front."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

_LENGTHS = struct.Struct(">IQ")
_LARGEST_HEADER = 1 << 16


class BrokenFrame(Exception):
    """The other side ended, or sent what is no frame."""


def write_frame(stream: BinaryIO, header: Mapping[str, Any], block: bytes = b"") -> None:
    """Send a frame; raises OSError where the other side has ended."""
    head = json.dumps(header).encode()
    stream.write(_LENGTHS.pack(len(head), len(block)))
    stream.write(head)
    stream.write(block)
    stream.flush()


def read_frame(stream: BinaryIO, largest_block: int) -> tuple[dict[str, Any], bytes]:
    """Take the next frame; raises BrokenFrame at the end, and for lengths that no honest side sends."""
    head_length, block_length = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if head_length > _LARGEST_HEADER or block_length > largest_block:
        raise BrokenFrame(f"a frame of {head_length} and {block_length} bytes")
    try:
        header = json.loads(_exactly(stream, head_length))
    except ValueError as error:
        raise BrokenFrame("a header that is no JSON") from error
    if not isinstance(header, dict):
        raise BrokenFrame("a header that is no object")
    return header, _exactly(stream, block_length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise BrokenFrame("the stream ended")
    return data
