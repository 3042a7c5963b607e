"""Breaks files: flips bits, moves blocks, cuts, puts together, writes words that parsers fear, inside archives too."""

from __future__ import annotations

import io
import random
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence

_MOST_UNPACKED = 4_000_000
_NUMBERS = (b"-1", b"0", b"65536", b"4294967295", b"9999999999999999999", b"1e999", b"NaN")
_WORDS = (
    *(b"\x00", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n\r\n"),
    *(b"<![CDATA[", b"]]>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"</", b"<table><tr><td>", b"<w:tbl>"),
    *(b"endobj", b"stream\n", b"<<", b">>", b"/Kids[1 0 R]", b"/Filter/FlateDecode", b"/Length 99999999", b"xref\n"),
    *(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"IHDR", b"IDAT", b"\xff\xda", b"\\bin99999999 ", b"{\\*\\"),
    *(b"[" * 500, b'{"a":' * 300, b"(" * 500, b"> " * 300, b"| " * 300, b'"', b"\\", b"%s%n", b"../../x"),
)
Change = Callable[[bytearray, random.Random], None]


def mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """A broken copy of one of the files of a format."""
    data = chance.choice(seeds)
    kind = chance.random()
    if kind < 0.1:
        return data[: chance.randrange(len(data) + 1)]
    if kind < 0.17:
        return data + chance.choice(seeds)
    if data.startswith(b"PK") and kind < 0.65:
        return _inside(data, chance)
    return _changed(data, chance)


def _changed(data: bytes, chance: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if broken:
            chance.choice(_CHANGES)(broken, chance)
    return bytes(broken)


def _inside(data: bytes, chance: random.Random) -> bytes:
    """An archive with one of its parts broken, named otherwise, left out or there twice."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            small = sum(part.file_size for part in archive.infolist()) <= _MOST_UNPACKED
            parts = [(name, archive.read(name)) for name in archive.namelist()] if small else []
    except (OSError, ValueError, RuntimeError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        parts = []
    if not parts:
        return _changed(data, chance)
    chosen = chance.randrange(len(parts))
    name, content = parts[chosen]
    action = chance.random()
    if action < 0.8:
        parts[chosen] = name, _changed(content, chance)
    elif action < 0.9:
        del parts[chosen]
    else:
        parts.append((chance.choice((name, f"../{name}", f"/{name}", name + "\n", "a" * 9_000)), content))
    return _archive(parts)


def _archive(parts: Sequence[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # two parts of one name are meant
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _flip(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _overwrite(data: bytearray, chance: random.Random) -> None:
    word, start = chance.choice((*_WORDS, *_NUMBERS)), chance.randrange(len(data))
    data[start : start + len(word)] = word


def _insert(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) + 1)
    data[start:start] = chance.choice(_WORDS) * chance.choice((1, 1, 1, 50))


def _renumber(data: bytearray, chance: random.Random) -> None:
    """Replace a number that is written in digits."""
    digits = [place for place in range(len(data)) if 48 <= data[place] < 58][:5_000]
    if digits:
        start = chance.choice(digits)
        data[start : start + 1] = chance.choice(_NUMBERS)


def _swap(data: bytearray, chance: random.Random) -> None:
    size = max(len(data) // chance.choice((4, 16, 64)), 1)
    a, b = chance.randrange(len(data)), chance.randrange(len(data))
    data[a : a + size], data[b : b + size] = data[b : b + size], data[a : a + size]


def _delete(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + max(len(data) // chance.choice((4, 64, 1024)), 1)]


def _repeat(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    block = bytes(data[start : start + chance.choice((1, 16, 256))])
    data[start:start] = block * min(chance.choice((2, 100, 10_000)), 200_000 // len(block))


_CHANGES: Sequence[Change] = (_flip, _overwrite, _insert, _renumber, _swap, _delete, _repeat)
