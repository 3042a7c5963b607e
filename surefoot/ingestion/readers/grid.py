"""Spreads cells that span rows and columns over a plain grid."""

from __future__ import annotations

from collections.abc import Iterable

Spanning = tuple[str, int, int]
"""A cell's text, the columns and the rows that it spans."""


def spread(rows: Iterable[list[Spanning]]) -> list[list[str]]:
    """Plain rows: text that spans rows is repeated in each, text that spans columns stands in the first."""
    grid: list[list[str]] = []
    pending: dict[int, tuple[str, int]] = {}  # column → text and rows still to fill
    for cells in rows:
        line: list[str] = []
        for text, columns, height in cells:
            _fill(line, pending)
            if height > 1:
                pending |= {len(line) + n: (text if n == 0 else "", height - 1) for n in range(columns)}
            line.extend([text, *[""] * (columns - 1)])
        _fill(line, pending)
        grid.append(line)
    return grid


def _fill(line: list[str], pending: dict[int, tuple[str, int]]) -> None:
    """Put what spans down from above into the columns that follow."""
    while len(line) in pending:
        text, left = pending.pop(len(line))
        if left > 1:
            pending[len(line)] = (text, left - 1)
        line.append(text)
