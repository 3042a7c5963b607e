"""Finds the records of old PowerPoint files that the last saving left valid ([MS-PPT])."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.compound import Compound
from surefoot.ingestion.readers.packages import PASSWORD

DAMAGED = "The file is damaged: its slides cannot be found. Save it as PPTX and feed that."
_HEADER = 8
_CONTAINER = 0xF
_USER_EDIT, _PERSIST_DIRECTORY = 4085, 6002
_ENCRYPTED = 0xF3D1C4DF
_MOST_EDITS = 10_000
_MOST_RECORDS = 2_000_000
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the stream of slides, with those in it."""

    kind: int
    instance: int
    body: bytes
    children: tuple[Record, ...] = ()

    def all(self, kind: int) -> Iterator[Record]:
        """The records of a kind in this one, at any depth, in their order."""
        for child in self.children:
            if child.kind == kind:
                yield child
            yield from child.all(kind)

    def first(self, kind: int) -> Record | None:
        """The first record of a kind in this one, at any depth."""
        return next(self.all(kind), None)


class Stream:
    """The stream of slides and where each object lies in it. Raises Unreadable for damaged and protected files."""

    def __init__(self, box: Compound) -> None:
        self._data = box.read("PowerPoint Document") or b""
        current = box.read("Current User") or b""
        try:
            token, edit = struct.unpack_from("<II", current, _HEADER + 4)
            if token == _ENCRYPTED:
                raise Unreadable(PASSWORD)
            self._budget = _MOST_RECORDS
            self._places, self._document = self._last_edit(edit)
        except struct.error as error:
            raise Unreadable(DAMAGED) from error

    def document(self) -> Record:
        """The record that lists the slides."""
        found = self.object(self._document)
        if found is None:
            raise Unreadable(DAMAGED)
        return found

    def object(self, number: int) -> Record | None:
        """An object by its number, or None where it is missing."""
        place = self._places.get(number)
        return None if place is None else next(self._records(place, len(self._data), 0, most=1), None)

    def _last_edit(self, edit: int) -> tuple[dict[int, int], int]:
        """Where each object lies by the newest edit that has it, and the number of the document."""
        places: dict[int, int] = {}
        document = 0
        seen: set[int] = set()
        while edit and edit not in seen and len(seen) < _MOST_EDITS:
            seen.add(edit)
            kind = struct.unpack_from("<H", self._data, edit + 2)[0]
            if kind != _USER_EDIT:
                raise Unreadable(DAMAGED)
            before, directory, number = struct.unpack_from("<III", self._data, edit + _HEADER + 8)
            document = document or number
            places = self._directory(directory) | places
            edit = before
        return places, document

    def _directory(self, at: int) -> dict[int, int]:
        kind, length = struct.unpack_from("<HI", self._data, at + 2)
        if kind != _PERSIST_DIRECTORY:
            raise Unreadable(DAMAGED)
        found: dict[int, int] = {}
        end = min(at + _HEADER + length, len(self._data))
        at += _HEADER
        while at + 4 <= end:
            packed = struct.unpack_from("<I", self._data, at)[0]
            first, count = packed & 0xFFFFF, min(packed >> 20, (end - at - 4) // 4)
            places = struct.unpack_from(f"<{count}I", self._data, at + 4)
            found |= {first + n: place for n, place in enumerate(places)}
            at += 4 + 4 * (packed >> 20)
        return found

    def _records(self, at: int, end: int, depth: int, most: int = _MOST_RECORDS) -> Iterator[Record]:
        """The records between two places; those that reach beyond their end are cut."""
        while at + _HEADER <= end and most:
            most -= 1
            self._budget -= 1
            if self._budget < 0 or depth > _DEEPEST:
                raise Unreadable(DAMAGED)
            head, kind, length = struct.unpack_from("<HHI", self._data, at)
            at += _HEADER
            stop = min(at + length, end)
            if head & 0xF == _CONTAINER:
                yield Record(kind, head >> 4, b"", tuple(self._records(at, stop, depth + 1)))
            else:
                yield Record(kind, head >> 4, self._data[at:stop])
            at = stop
