"""Finds text, styles and properties in the binary Word format of 1997 to 2003 ([MS-DOC])."""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.compound import Compound
from surefoot.ingestion.readers.packages import PASSWORD

DAMAGED = "The file is damaged: its text cannot be found. Save it as DOCX and feed that."
STYLES, NOTE_PLACES, NOTE_TEXTS, RUNS, PARAGRAPHS, PIECES, LISTS, LIST_USES = 1, 2, 3, 12, 13, 33, 73, 74
"""Places of the tables in the file information block (2.5.6 and following)."""
_WORD_97 = 0x00C1
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_PAGE = 512
_MOST_PARAGRAPHS, _MOST_RUNS = 29, 101
"""Runs that a page of formatting has room for."""
_COMPRESSED = 0x40000000
_TABLE_DEFINITION = 0xD608
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
"""Bytes of a property's value by the upper three bits of its code; 0 where the value begins with its size."""


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    """First character, counted over the whole document."""
    count: int
    place: int
    """Where it lies in the stream."""
    width: int
    """Bytes a character: 1 or 2."""


@dataclass(frozen=True, slots=True)
class Run:
    """Properties of the bytes from `start` to `end` of the stream."""

    start: int
    end: int
    style: int
    """Number of a paragraph's style; 0 for runs of characters."""
    properties: bytes


class DocFile:
    """A binary Word file. Raises Unreadable for damaged, protected and older ones."""

    def __init__(self, box: Compound) -> None:
        self._data = box.read("WordDocument") or b""
        try:
            version, flags = struct.unpack_from("<2xH6xH", self._data)
            if flags & _ENCRYPTED:
                raise Unreadable(PASSWORD)
            if version < _WORD_97:
                raise Unreadable("This is a Word file from before 1997. Save it as DOCX and feed that.")
            self._tables = box.read("1Table" if flags & _SECOND_TABLE else "0Table") or b""
            self.lengths = struct.unpack_from("<8i", self._data, 76)
            self._pieces = list(self._piece_table())
        except struct.error as error:
            raise Unreadable(DAMAGED) from error
        if not self._pieces:
            raise Unreadable(DAMAGED)
        self._starts = [piece.start for piece in self._pieces]
        self.text = "".join(map(self._decoded, self._pieces))

    def table(self, number: int) -> bytes:
        """A table by its place in the file information block; empty where it is missing."""
        try:
            start, length = struct.unpack_from("<II", self._data, 154 + 8 * number)
        except struct.error:
            return b""
        return self._tables[start : start + length]

    def after(self, number: int) -> bytes:
        """What follows a table in its stream."""
        table = self.table(number)
        start = struct.unpack_from("<I", self._data, 154 + 8 * number)[0] if table else 0
        return self._tables[start + len(table) :] if table else b""

    def place_of(self, character: int) -> int:
        """Where a character lies in the stream."""
        piece = self._pieces[max(bisect_right(self._starts, character) - 1, 0)]
        return piece.place + (character - piece.start) * piece.width

    def characters_of(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The half-open spans of characters that lie between two places of the stream."""
        for piece in self._pieces:
            first = max(0, -(-(start - piece.place) // piece.width))
            last = min(piece.count, -(-(end - piece.place) // piece.width))
            if first < last:
                yield piece.start + first, piece.start + last

    def runs(self, number: int) -> list[Run]:
        """The runs of characters (RUNS) or paragraphs (PARAGRAPHS) in the order of the stream."""
        table = self.table(number)
        count = max((len(table) - 4) // 8, 0)
        pages = struct.unpack_from(f"<{count}I", table, 4 * (count + 1)) if count else ()
        found: list[Run] = []
        for page in dict.fromkeys(pages):
            start = (page & 0x3FFFFF) * _PAGE
            found += _formatted(self._data[start : start + _PAGE], paragraphs=number == PARAGRAPHS)
        return sorted(found, key=lambda run: run.start)

    def _piece_table(self) -> Iterator[_Piece]:
        clx = self.table(PIECES)
        at = 0
        while at < len(clx) and clx[at] == 1:
            at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
        length = struct.unpack_from("<I", clx, at + 1)[0]
        table = clx[at + 5 : at + 5 + length]
        count = max((len(table) - 4) // 12, 0)
        bounds = struct.unpack_from(f"<{count + 1}I", table)
        character = 0
        for n in range(count):
            place = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * n + 2)[0]
            width = 1 if place & _COMPRESSED else 2
            place = (place & 0x3FFFFFFF) // (3 - width)
            room = max(len(self._data) - place, 0) // width
            length = min(max(bounds[n + 1] - bounds[n], 0), room)
            yield _Piece(character, length, place, width)
            character += length

    def _decoded(self, piece: _Piece) -> str:
        data = self._data[piece.place : piece.place + piece.count * piece.width]
        if piece.width == 1:
            return data.decode("cp1252", "replace")
        return "".join(map(chr, array("H", data)))  # halves of characters are put together later


def properties_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Code and value of each property of a run; what is cut ends it."""
    at = 0
    while at + 2 < len(data):
        code = data[at] | data[at + 1] << 8
        size = _SIZES[code >> 13]
        at += 2
        if code == _TABLE_DEFINITION:
            size = max(int.from_bytes(data[at : at + 2], "little") - 1, 0)
            at += 2
        elif not size:
            size = data[at]
            at += 1
        yield code, data[at : at + size]
        at += size


def _formatted(page: bytes, *, paragraphs: bool) -> Iterator[Run]:
    """The runs that a page of formatting describes (2.9.56, 2.9.133)."""
    if len(page) < _PAGE:
        return
    count = min(page[-1], _MOST_PARAGRAPHS if paragraphs else _MOST_RUNS)
    places = struct.unpack_from(f"<{count + 1}I", page)
    for n in range(count):
        at = 2 * page[4 * (count + 1) + n * (13 if paragraphs else 1)]
        if not paragraphs:
            body = page[at + 1 : at + 1 + page[at]] if at else b""
            yield Run(places[n], places[n + 1], 0, body)
            continue
        size = 2 * page[at] - 1 if page[at] else 2 * page[min(at + 1, _PAGE - 1)]
        at += 1 if page[at] else 2
        body = page[at : at + max(size, 0)]
        yield Run(places[n], places[n + 1], int.from_bytes(body[:2], "little"), body[2:])
