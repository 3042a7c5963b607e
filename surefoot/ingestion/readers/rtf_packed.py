"""Unpacks the compressed rich text of Outlook mails ([MS-OXRTFCP])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the dictionary holds before the first byte."""
_PACKED, _PLAIN = b"LZFu", b"MELA"
_RING = 4096
_LARGEST = 16 * 1024 * 1024


def unpacked(data: bytes) -> bytes:
    """The rich text; what there is of it where the data are cut, empty where they are something else."""
    if len(data) < 16:
        return b""
    size, kind = struct.unpack_from("<I4s", data, 4)
    if kind == _PLAIN:
        return data[16 : 16 + size]
    return _expanded(data, min(size, _LARGEST)) if kind == _PACKED else b""


def _expanded(data: bytes, size: int) -> bytes:
    ring = bytearray(_RING)
    ring[: len(_START)] = _START
    write = len(_START)
    out = bytearray()
    for place, count in _references(data):
        if place == write or len(out) >= size:  # a reference to the place of writing is the end
            break
        for step in range(max(count, 1)):
            byte = ring[(place + step) % _RING] if count else -1 - place
            out.append(byte)
            ring[write] = byte
            write = (write + 1) % _RING
    return bytes(out)


def _references(data: bytes) -> Iterator[tuple[int, int]]:
    """Place in the dictionary and length of each piece; -1 minus a byte and zero for a byte that stands for itself."""
    at = 16
    while at < len(data):
        control, at = data[at], at + 1
        for bit in range(8):
            if control >> bit & 1:
                if at + 2 > len(data):
                    return
                reference, at = int.from_bytes(data[at : at + 2], "big"), at + 2
                yield reference >> 4, (reference & 15) + 2
            elif at < len(data):
                yield -1 - data[at], 0
                at += 1
