"""Writes the rows of a spreadsheet as paragraphs and pipe tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.pipes import pipe_table

Row = dict[int, str]
"""Texts of a row by column from 1; empty cells are left out, so that a sheet may be as wide as it likes."""


def write_sheet(outline: Outline, name: str, rows: Iterable[tuple[int, Row]]) -> None:
    """A section under the sheet's name from its filled rows by number; title lines become paragraphs.

    Empty rows part tables. A sheet without a value is left out.
    """
    blocks = [block for group in _groups(rows) for block in _written(group)]
    if blocks:
        outline.heading(1, name)
        for block in blocks:
            outline.block(block)


def _groups(rows: Iterable[tuple[int, Row]]) -> Iterator[list[Row]]:
    """Runs of rows without an empty one between them."""
    group: list[Row] = []
    last = 0
    for number, row in rows:
        if group and number > last + 1:
            yield group
            group = []
        group.append(row)
        last = number
    if group:
        yield group


def _written(group: list[Row]) -> Iterator[str]:
    """Lone cells at the start as paragraphs, the rest as a table."""
    start = 0
    while start < len(group) and len(group[start]) == 1:
        start += 1
    if start == len(group) and len({column for row in group for column in row}) == 1 and len(group) > 1:
        start = 0  # a list in one column
    yield from (text for row in group[:start] for text in row.values())
    if start < len(group):
        yield _table(group[start:])


def _table(rows: list[Row]) -> str:
    columns = sorted({column for row in rows for column in row})
    return pipe_table([[row.get(column, "") for column in columns] for row in rows])
