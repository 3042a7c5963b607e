"""Knows the readers' tables: pipe rows under a header row and a rule."""

from __future__ import annotations

import re

from surefoot.ingestion.quality.words import is_row
from surefoot.ingestion.results import Content

_CELL_END = re.compile(r"(?<!\\)\|")
"""A pipe that belongs to a cell's text is written with a backslash."""


def cells(row: str) -> list[str]:
    """The texts of a row's cells."""
    return [cell.strip() for cell in _CELL_END.split(row.strip())[1:-1]]


def uneven_tables(content: Content) -> int:
    """Rows that have another number of cells than the first row of their table."""
    return sum(_uneven(section.text) for section in content.sections if "|" in section.text)


def _uneven(text: str) -> int:
    width = uneven = 0
    for line in text.split("\n"):
        if not is_row(line):
            width = 0
            continue
        count = line.count("|") - line.count("\\|")
        width = width or count
        uneven += count != width
    return uneven
