"""Makes files for the tests: archives, and the compound files of old Office programs."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from surefoot.ingestion.results import Content

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, MINI_SECTOR, CUTOFF = 512, 64, 4096


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def texts(content: Content) -> list[tuple[tuple[str, ...], str]]:
    return [(section.heading_path, section.text) for section in content.sections]


def pages(content: Content) -> list[int | None]:
    return [section.page for section in content.sections]


def whole(content: Content) -> str:
    return "\n".join(" ".join((*s.heading_path, s.text)) for s in content.sections)


@dataclass
class Entry:
    """A row of a compound file's directory."""

    name: str
    kind: int
    right: int = FREE
    child: int = FREE
    start: int = END
    size: int = 0

    def packed(self) -> bytes:
        written = self.name.encode("utf-16-le")
        length = len(written) + 2 if self.name else 0
        head = written.ljust(64, b"\0") + struct.pack("<HBBIII", length, self.kind, 1, FREE, self.right, self.child)
        return head + bytes(36) + struct.pack("<IQ", self.start, self.size)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of 512-byte sectors with these streams by their paths; short ones in the mini stream."""
    entries = [Entry("Root Entry", 5)]
    folders = {"": 0}
    large, small = Chains(SECTOR), Chains(MINI_SECTOR)
    for path, data in streams.items():
        *above, name = path.split("/")
        for depth in range(len(above)):
            inner = "/".join(above[: depth + 1])
            if inner not in folders:
                folders[inner] = _added(entries, folders["/".join(above[:depth])], Entry(above[depth], 1))
        chains = large if len(data) >= CUTOFF else small
        _added(entries, folders["/".join(above)], Entry(name, 2, start=chains.add(data), size=len(data)))
    entries[0].start, entries[0].size = large.add(small.data), len(small.data)
    mini = large.add(small.packed())
    entries += [Entry("", 0)] * (-len(entries) % 4)
    return _joined(large, large.add(b"".join(entry.packed() for entry in entries)), mini)


class Chains:
    """Data in sectors of one size, and the table of the sectors that follow each other."""

    def __init__(self, size: int) -> None:
        self.data = b""
        self.table: list[int] = []
        self._size = size

    def add(self, data: bytes) -> int:
        """Where the chain of these data begins."""
        if not data:
            return END
        start = len(self.table)
        count = -(-len(data) // self._size)
        self.table += [*range(start + 1, start + count), END]
        self.data += data.ljust(count * self._size, b"\0")
        return start

    def packed(self) -> bytes:
        return struct.pack(f"<{len(self.table)}I", *self.table) + b"\xff" * (-4 * len(self.table) % SECTOR)


def _added(entries: list[Entry], parent: int, entry: Entry) -> int:
    """The number of a new entry, the last in its folder's chain of right neighbours."""
    entries.append(entry)
    number = len(entries) - 1
    if entries[parent].child == FREE:
        entries[parent].child = number
        return number
    at = entries[entries[parent].child]
    while at.right != FREE:
        at = entries[at.right]
    at.right = number
    return number


def _joined(chains: Chains, directory: int, mini: int) -> bytes:
    tables = 1
    while (len(chains.table) + tables) * 4 > tables * SECTOR:
        tables += 1
    places = range(len(chains.table), len(chains.table) + tables)
    chains.table += [TABLE] * tables
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, tables, directory, 0, CUTOFF, mini, 0, END, 0)
    header += struct.pack("<109I", *places, *[FREE] * (109 - tables))
    return header + chains.data + chains.packed()
