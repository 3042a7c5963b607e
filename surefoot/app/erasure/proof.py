"""Searches the raw bytes of the data folder for what must not be there any more."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BLOCK = 4 * 1024 * 1024
SHORTEST, LONGEST = 12, 60
"""Characters of a snippet that is looked for."""
MOST = 24
"""Snippets of one text."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the search of the raw bytes came to."""

    files: int
    bytes: int
    snippets: int
    """How many different snippets were looked for; 0 where the text had none of its own."""
    found: tuple[str, ...]
    """Files, below the data folder, that hold one."""

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.found


def snippets(text: str, elsewhere: Callable[[str], bool]) -> list[bytes]:
    """Pieces of a text's lines, spread over it, that no other document has."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if len(line.strip()) >= SHORTEST))
    every = max(1, len(lines) // MOST)
    chosen = (line[:LONGEST].strip() for line in lines[::every])
    return [piece.encode("utf-8") for piece in list(chosen)[:MOST] if not elsewhere(piece)]


def forms(text: str) -> list[bytes]:
    """How a text may stand in a file: as it is, and as JSON writes it, with or without letters beyond ASCII."""
    written = (text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    return [one.encode("utf-8", "surrogatepass") for one in dict.fromkeys(written)]


def scrub(folder: Path, wanted: Sequence[bytes]) -> int:
    """Take the lines that hold one of these bytes out of logs, in place, since others write to them; how many.

    A line that is written in this very moment may be lost.
    """
    taken = 0
    for path in sorted(_files(folder)) if wanted and folder.is_dir() else []:
        with path.open("r+b") as file:
            lines = file.read().splitlines(keepends=True)
            kept = [line for line in lines if not any(one in line for one in wanted)]
            if len(kept) < len(lines):
                taken += len(lines) - len(kept)
                file.seek(0)
                file.write(b"".join(kept))
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
    return taken


def search(folder: Path, wanted: Sequence[bytes]) -> Proof:
    """Look for these bytes in every file below a folder, sparse parts left out by the file system's own account."""
    files, size, found = 0, 0, list[str]()
    for path in sorted(_files(folder)):
        try:
            read, hit = _scan(path, wanted)
        except FileNotFoundError:
            continue  # a temporary file that has gone meanwhile
        files, size = files + 1, size + read
        if hit:
            found.append(path.relative_to(folder).as_posix())
    return Proof(files, size, len(wanted), tuple(found))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _scan(path: Path, wanted: Sequence[bytes]) -> tuple[int, bool]:
    """Bytes read, and whether one of the wanted is in them; holes of sparse files are skipped."""
    overlap = max((len(one) for one in wanted), default=1) - 1
    done, read = 0, 0
    with path.open("rb") as file:
        end = os.fstat(file.fileno()).st_size
        tail = b""
        while (start := _data_from(file.fileno(), done, end)) is not None:
            tail = tail if start == done else b""
            file.seek(start)
            block = file.read(BLOCK)
            if not block:
                break
            read, done = read + len(block), start + len(block)
            held = tail + block
            if any(one in held for one in wanted):
                return read, True
            tail = held[-overlap:] if overlap else b""
    return read, False


def _data_from(handle: int, offset: int, end: int) -> int | None:
    """Where the next bytes that are no hole begin; None where there are none."""
    if offset >= end:
        return None
    try:
        return os.lseek(handle, offset, os.SEEK_DATA)
    except OSError:
        return None
