"""What a reader of a format gives: rows as messages, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a message would tell it."""

    number: int
    """Line, or place in the file; from 1."""
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be read."""

    number: int
    reason: str


class Reader(Protocol):
    """Reads a file; SamplesUnreadable where it is not of this format at all."""

    def __call__(self, path: Path) -> Iterator[Row | Broken]:
        """The rows, one after the other."""
        ...
