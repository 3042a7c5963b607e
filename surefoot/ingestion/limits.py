"""How much reading one file may cost."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

MOST_CHUNKS = 25_000
"""So many take a quarter of an hour to encode."""
_listener: ContextVar[Callable[[float], None] | None] = ContextVar("more_time", default=None)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bounds of one file's reading; a file beyond one of them is rejected."""

    file_bytes: int = 64 * 1024 * 1024
    memory_bytes: int = 1024 * 1024 * 1024
    """Address space of the reading process, its program included (about 200 MB); text recognition adds two such."""
    seconds: float = 120.0
    """Seconds for all but the recognition of scanned pages."""
    pages: int = 5_000
    characters: int = 20_000_000
    """Characters of text."""
    chunks: int = MOST_CHUNKS
    """Chunks of one file; tables that repeat their header make the most."""
    ocr_pages: int = 300
    """Scanned pages and images of one file whose text is recognised."""
    ocr_seconds: float = 15.0
    """Seconds that each scanned page adds to a file's time; a page takes some four, two are worked on at once."""

    @property
    def ocr_longest(self) -> float:
        """Seconds that scanned pages may add to a file's time, all together."""
        return self.ocr_pages * self.ocr_seconds


def more_time(seconds: float) -> None:
    """Ask whoever waits for the file to wait longer, because pages are to be recognised; nobody may be waiting."""
    if listener := _listener.get():
        listener(seconds)


@contextmanager
def time_asked(listener: Callable[[float], None]) -> Generator[None]:
    """Have a function told of the additional seconds that reading asks for."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
