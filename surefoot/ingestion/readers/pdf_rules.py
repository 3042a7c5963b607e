"""Finds tables with ruling lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from surefoot.ingestion.readers.pdf_page import PageParts, Word
from surefoot.ingestion.readers.pdf_shapes import Box

_SNAP = 3.0
"""Points by which lines may miss one another and still meet (pdfplumber's default)."""
_FEWEST_EDGES = 4
_MOST_EDGES = 4_000
_FEWEST_CELLS = 4
_STACKED = 4
"""Lines of text in one cell from which the cell may be a whole column without rules between its rows."""
_LOOSE_FILL = 0.6
"""Share of a cell's width that lines of running prose fill at least."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cell texts, and where they stand."""

    rows: tuple[tuple[str, ...], ...]
    box: Box


Cells = list[list[list[Word]]]
"""Words by row and column."""


def ruled_tables(parts: PageParts) -> list[tuple[Table, frozenset[int]]]:
    """Tables drawn with lines, each with the numbers of the words that it holds."""
    if len(parts.lines) < _FEWEST_EDGES or not parts.words:
        return []
    found: list[tuple[Table, frozenset[int]]] = []
    for cells in _cells(parts):
        box = _around(cells)
        inside = {n for n, word in enumerate(parts.words) if box.holds(*word.box.middle)}
        grid, widths = _filled(cells, [parts.words[n] for n in sorted(inside)])
        rows = [row for line in grid for row in _unstacked(line, widths)]
        texts = tuple(tuple(cell_text(words) for words in row) for row in rows)
        if _is_table(texts):
            found.append((Table(texts, box), frozenset(inside)))
    return found


def cell_text(words: Sequence[Word]) -> str:
    """A cell's words, line by line from the top."""
    return " ".join(" ".join(word.text for word in line) for line in baselines(words))


def baselines(words: Sequence[Word]) -> list[list[Word]]:
    """Words grouped by the line on which they stand, from the top; within a line in the file's order."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.box.middle[1]):
        if lines and word.box.middle[1] - lines[-1][-1].box.middle[1] < 0.5 * max(word.size, 1.0):
            lines[-1].append(word)
        else:
            lines.append([word])
    order = {id(word): n for n, word in enumerate(words)}
    return [sorted(line, key=lambda w: order[id(w)]) for line in lines]


def _cells(parts: PageParts) -> Iterable[list[Box]]:
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    page = Box(2, 2, parts.width - 2, parts.height - 2)
    edges = [_edge(box) for box in parts.lines if page.holds(*box.middle)]
    merged = merge_edges(edges[:_MOST_EDGES], _SNAP, _SNAP, _SNAP, _SNAP)
    for cells in cells_to_tables(intersections_to_cells(edges_to_intersections(merged, _SNAP, _SNAP))):
        yield [Box(*(float(side) for side in cell)) for cell in cells]


def _edge(box: Box) -> dict[str, Any]:
    """An edge in pdfplumber's form."""
    level = box.x1 - box.x0 > box.bottom - box.top
    y, x = box.middle[1], box.middle[0]
    place = (
        {"x0": box.x0, "x1": box.x1, "top": y, "bottom": y, "width": box.x1 - box.x0, "height": 0}
        if level
        else {"x0": x, "x1": x, "top": box.top, "bottom": box.bottom, "width": 0, "height": box.bottom - box.top}
    )
    return {**place, "doctop": place["top"], "orientation": "h" if level else "v", "object_type": "line"}


def _around(boxes: Sequence[Box]) -> Box:
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.joined(box)
    return whole


def _filled(cells: Sequence[Box], words: Sequence[Word]) -> tuple[Cells, list[float]]:
    """A grid of all the tops and lefts that occur, and its columns' widths; a spanning cell is in the first."""
    tops = sorted({cell.top for cell in cells})
    lefts = sorted({cell.x0 for cell in cells})
    rights = [*lefts[1:], max(cell.x1 for cell in cells)]
    grid: Cells = [[[] for _ in lefts] for _ in tops]
    for cell, inside in _by_cell(cells, words):
        column = lefts.index(cell.x0)
        undivided = sum(cell.x0 < left < cell.x1 for left in lefts) > 1 and len(baselines(inside)) >= _STACKED
        for word in inside:
            own = bisect_right(lefts, word.box.middle[0]) - 1 if undivided else column
            grid[tops.index(cell.top)][own].append(word)
    return [row for row in grid if any(row)], [right - left for left, right in zip(lefts, rights, strict=True)]


def _by_cell(cells: Sequence[Box], words: Sequence[Word]) -> Iterable[tuple[Box, list[Word]]]:
    found: dict[Box, list[Word]] = {}
    for word in words:
        cell = next((c for c in cells if c.holds(*word.box.middle)), None)
        if cell:
            found.setdefault(cell, []).append(word)
    return found.items()


def _unstacked(row: list[list[Word]], widths: Sequence[float]) -> Cells:
    """The rows in a row without rules between them: several cells hold many lines that are no running prose."""
    cells = zip(row, widths, strict=True)
    stacked = [words for words, width in cells if len(baselines(words)) >= _STACKED and _is_loose(words, width)]
    if len(stacked) < 2:
        return [row]
    parted: Cells = []
    for line in baselines([word for words in row for word in words]):
        own = {id(word) for word in line}
        cells = [[word for word in words if id(word) in own] for words in row]
        if parted and sum(bool(cell) for cell in cells) == 1:  # one cell's next line
            parted[-1] = [old + new for old, new in zip(parted[-1], cells, strict=True)]
        else:
            parted.append(cells)
    return parted


def _is_loose(words: Sequence[Word], width: float) -> bool:
    """Whether most lines leave much of their cell's width empty, as values do and prose does not."""
    filled = (max(w.box.x1 for w in line) - min(w.box.x0 for w in line) for line in baselines(words))
    return median(filled) < _LOOSE_FILL * width


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """A frame around text has one cell; a table has several rows and columns that hold something."""
    columns = sum(any(column) for column in zip(*rows, strict=True)) if rows else 0
    cells = sum(bool(text) for row in rows for text in row)
    paired = sum(sum(bool(text) for text in row) >= 2 for row in rows)
    return columns >= 2 and paired >= 2 and cells >= _FEWEST_CELLS
