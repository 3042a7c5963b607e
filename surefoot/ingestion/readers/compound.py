"""Opens OLE compound files, the boxes of old Office documents and Outlook mails ([MS-CFB])."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from surefoot.ingestion.errors import Unreadable

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGED = "The file is damaged: its inner folders cannot be opened. Save it again and feed that."
_LAST_REGULAR = 0xFFFFFFFA
"""Sector numbers from here on mean 'end', 'free' and the like."""
_ENTRY = 128
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_MOST_ENTRIES = 100_000


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Compound:
    """The streams of a compound file by their path, such as 'Folder/Stream'. Raises Unreadable for damaged files."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._open()
        except (struct.error, IndexError) as error:
            raise Unreadable(_DAMAGED) from error

    @property
    def names(self) -> frozenset[str]:
        """The paths of all streams."""
        return frozenset(self._streams)

    def read(self, path: str) -> bytes | None:
        """The bytes of a stream, as many as are there, or None where it is missing."""
        entry = self._streams.get(path)
        if entry is None:
            return None
        if entry.size < self._cutoff:
            return self._chained(entry.start, self._mini_fat, self._mini, self._mini_size)[: entry.size]
        return self._sectors(entry.start)[: entry.size]

    def has_folder(self, path: str) -> bool:
        """Whether there is a folder of this path, which ends in '/'."""
        return path in self._folders

    def _open(self) -> None:
        if len(self._data) < 512 or not self._data.startswith(MAGIC):
            raise Unreadable(_DAMAGED)
        shift, mini_shift = struct.unpack_from("<HH", self._data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Unreadable(_DAMAGED)
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        self._body = memoryview(self._data)[self._size :]
        directory, _, self._cutoff, mini_fat = struct.unpack_from("<IIII", self._data, 48)
        self._fat = self._allocation()
        self._mini_fat = _numbers(self._sectors(mini_fat))
        self._entries = self._directory(self._sectors(directory))
        root = self._entries[0]
        self._mini = memoryview(self._sectors(root.start)[: root.size])
        self._folders: set[str] = set()
        self._streams = self._walked(root)

    def _sector(self, number: int) -> bytes:
        return bytes(self._body[number * self._size : (number + 1) * self._size])

    def _sectors(self, start: int) -> bytes:
        return self._chained(start, self._fat, self._body, self._size)

    @staticmethod
    def _chained(start: int, table: tuple[int, ...], box: memoryview, size: int) -> bytes:
        """The sectors of a chain, up to its end, to the end of the box, or to a sector that was there already."""
        seen: set[int] = set()
        pieces: list[memoryview] = []
        number = start
        while number < len(table) and number not in seen:
            seen.add(number)
            pieces.append(box[number * size : (number + 1) * size])
            number = table[number]
        return b"".join(pieces)

    def _allocation(self) -> tuple[int, ...]:
        """The table of the sectors that follow each other; its own sectors are named in the header and in a chain."""
        named = list(struct.unpack_from("<109I", self._data, 76))
        number = struct.unpack_from("<I", self._data, 68)[0]
        seen: set[int] = set()
        while number < _LAST_REGULAR and number not in seen:
            seen.add(number)
            more = _numbers(self._sector(number))
            if not more:
                break
            named.extend(more[:-1])
            number = more[-1]
        unique = dict.fromkeys(n for n in named if n < _LAST_REGULAR)
        return _numbers(b"".join(self._sector(n) for n in unique))

    @staticmethod
    def _directory(data: bytes) -> list[_Entry]:
        entries: list[_Entry] = []
        for at in range(0, min(len(data) - _ENTRY + 1, _MOST_ENTRIES * _ENTRY), _ENTRY):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            left, right, child = struct.unpack_from("<III", data, at + 68)
            start, size = struct.unpack_from("<II", data, at + 116)
            name = data[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            entries.append(_Entry(name, kind, left, right, child, start, size))
        if not entries or entries[0].kind != _ROOT:
            raise Unreadable(_DAMAGED)
        return entries

    def _walked(self, root: _Entry) -> dict[str, _Entry]:
        """All streams by path; an entry that is met again is a circle and is left out."""
        streams: dict[str, _Entry] = {}
        seen: set[int] = set()
        waiting = [(root.child, "")]
        while waiting:
            number, folder = waiting.pop()
            if number >= len(self._entries) or number in seen:
                continue
            seen.add(number)
            entry = self._entries[number]
            waiting += [(entry.left, folder), (entry.right, folder)]
            if entry.kind == _STREAM:
                streams[folder + entry.name] = entry
            elif entry.kind == _STORAGE and len(folder) < 2_000:
                inner = f"{folder}{entry.name}/"
                self._folders.add(inner)
                waiting.append((entry.child, inner))
        return streams


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
