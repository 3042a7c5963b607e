"""Lines of a text file, one after the other, however large the file or a broken line is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

LONGEST_LINE = 65_536
"""Bytes; a longer line is no row of samples."""


def lines_of(path: Path, longest: int = LONGEST_LINE) -> Iterator[bytes | None]:
    """The lines without their ends; None stands for one of more than `longest` bytes."""
    with path.open("rb") as file:
        while line := file.readline(longest + 1):
            if len(line) <= longest:
                yield line.rstrip(b"\r\n")
                continue
            while line and not line.endswith(b"\n"):
                line = file.readline(longest)
            yield None
