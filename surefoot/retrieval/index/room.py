"""Refuses to write an index where the disk has no room: its files have holes, and filling one without room is death.

The embedded index writes through mapped memory. Where the system finds no place for such a page it has no error to
give: it ends the process (SIGBUS).
"""

from __future__ import annotations

import os
from pathlib import Path

from surefoot.retrieval.errors import IndexFull

MEGABYTE = 1024 * 1024
WRITING = 64 * MEGABYTE
"""Bytes to be free before a write: the log's next file (32 MB) and what a batch of chunks takes in the segments."""
OPENING = 16 * MEGABYTE
"""Bytes to be free before an index is opened, whose log may have to be applied again."""


def check_room(folder: Path, needed: int) -> None:
    """Raise IndexFull where fewer bytes are free on the disk of a folder."""
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    if free < needed:
        raise IndexFull(
            f"The disk of {folder} has {free // MEGABYTE} MB free, and {needed // MEGABYTE + 1} MB are needed to write "
            "the index. Free some space and try again; nothing that was kept is lost."
        )


def taken(folder: Path) -> int:
    """Bytes that the files below a folder take on the disk, holes not counted."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
