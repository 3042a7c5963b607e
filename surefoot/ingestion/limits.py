"""How much reading one file may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bounds of one file's reading; a file beyond one of them is rejected."""

    file_bytes: int = 64 * 1024 * 1024
    memory_bytes: int = 1024 * 1024 * 1024
    """Address space of the reading process, its program included (about 200 MB)."""
    seconds: float = 120.0
    pages: int = 5_000
    characters: int = 20_000_000
    """Characters of text; more are some 25,000 chunks, which take a quarter of an hour to encode."""
