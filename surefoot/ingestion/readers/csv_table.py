"""Reads CSV files of any common delimiter as one pipe table."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.pipes import pipe_table
from surefoot.ingestion.results import Content

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 60
_LARGEST_FIELD = 1_000_000
_STATED = re.compile(r"sep=(.)\n", re.IGNORECASE)
"""The line by which Excel is told the delimiter."""


def read_csv(text: str) -> Content:
    """One table, the first line as its header. Raises Unreadable for a field of over a million characters."""
    stated = _STATED.match(text)
    text = text[stated.end() :] if stated else text
    delimiter = stated.group(1) if stated else sniffed(text)
    csv.field_size_limit(_LARGEST_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable(f"The table cannot be read ({error}). Check its quotes, or save it as XLSX.") from error
    outline = Outline()
    outline.block(pipe_table(rows))
    return Content(Format.CSV, None, outline.sections())


def sniffed(text: str) -> str:
    """The delimiter that cuts most of the first lines into the same number of fields, more than one."""
    sample = "\n".join(text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES])
    return max(_DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    """Share of the lines with the commonest number of fields, and that number; zero where it is one."""
    try:
        rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
    except csv.Error:
        return 0.0, 0
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return 0.0, 0
    width, lines = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (lines / widths.total(), width) if width > 1 else (0.0, 0)
