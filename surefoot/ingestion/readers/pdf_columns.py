"""Finds tables without ruling lines: rows whose parts stand under one another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from surefoot.ingestion.readers.pdf_page import Word
from surefoot.ingestion.readers.pdf_rules import Table
from surefoot.ingestion.readers.pdf_shapes import Box

Row = list[list[Word]]
"""The parts of a line that wide gaps separate."""
_FEWEST_COLUMNS = 3
_FEWEST_ROWS = 3
_FEWEST_PAIRED = 4
"""Columns from which two rows alone, part under part, are a table."""
_WRAPPED = 1.8
"""Distance in font sizes within which a line continues the cell above it."""
_CONTINUED = 0.7
"""Share of the usual distance of rows below which a row without its first cell continues the one above."""


def aligned_table(rows: Sequence[Row]) -> Table | None:
    """The rows as a table, where they have columns in common that no word bridges."""
    if not _looks_like_one(rows):
        return None
    bounds = _columns(rows)
    if len(bounds) < _FEWEST_COLUMNS:
        return None
    usual = median(_steps(rows))
    grid: list[list[str]] = []
    for row, step in zip(rows, [usual, *_steps(rows)], strict=True):
        cells = _cells(row, bounds)
        if grid and (len(row) == 1 or (not cells[0] and step < _CONTINUED * usual)):
            grid[-1] = [f"{old} {new}".strip() for old, new in zip(grid[-1], cells, strict=True)]
        else:
            grid.append(cells)
    return Table(tuple(tuple(cells) for cells in grid), box_of([w for row in rows for part in row for w in part]))


def is_wrapped(above: Row, row: Row) -> bool:
    """Whether a row with one part lies close under a cell of the row above it, not under the first."""
    near = row[0][0].box.middle[1] - above[0][0].box.middle[1] < _WRAPPED * row[0][0].size
    cells = above[1:] if len(above) > 1 else above
    return near and any(abs(part[0].box.x0 - row[0][0].box.x0) < 2 for part in cells)


def distance(a: Box, b: Box) -> float:
    """White space between two boxes of one line, in points."""
    return max(b.x0 - a.x1, a.x0 - b.x1, 0.0)


def text_of(words: Sequence[Word]) -> str:
    """Words with the spaces between them."""
    return " ".join(word.text for word in words)


def box_of(words: Sequence[Word]) -> Box:
    """The box around words."""
    box = words[0].box
    for word in words[1:]:
        box = box.joined(word.box)
    return box


def _looks_like_one(rows: Sequence[Row]) -> bool:
    full = [row for row in rows if len(row) >= _FEWEST_COLUMNS]
    if len(full) >= _FEWEST_ROWS:
        return True
    return len(rows) == 2 and len(rows[0]) == len(rows[1]) >= _FEWEST_PAIRED


def _steps(rows: Sequence[Row]) -> list[float]:
    """Distances between the rows, in points."""
    return [below[0][0].box.middle[1] - above[0][0].box.middle[1] for above, below in pairwise(rows)]


def _cells(row: Row, bounds: Sequence[tuple[float, float]]) -> list[str]:
    cells = [""] * len(bounds)
    for part in row:
        middle = box_of(part).middle[0]
        column = next(n for n, (_, right) in enumerate(bounds) if middle <= right)
        cells[column] = f"{cells[column]} {text_of(part)}".strip()
    return cells


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Left and right bounds of the columns: the stretches that parts cover, joined where they overlap."""
    stretches = sorted((box.x0, box.x1) for row in rows for box in map(box_of, row))
    bounds: list[tuple[float, float]] = []
    for left, right in stretches:
        if bounds and left < bounds[-1][1]:
            bounds[-1] = (bounds[-1][0], max(bounds[-1][1], right))
        else:
            bounds.append((left, right))
    return bounds
