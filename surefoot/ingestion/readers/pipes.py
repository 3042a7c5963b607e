"""Writes tables as Markdown pipe tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from surefoot.ingestion.errors import Unreadable

MOST_COLUMNS = 5_000
"""Columns of a table. A row of more is cut into dozens of chunks that repeat names: no question is answered by them."""
RULE = "-"
"""One hyphen a column is enough for Markdown, and each one costs the encoder a token."""


def cell(text: str) -> str:
    """A cell's text on one line, with its pipes escaped."""
    return " ".join(text.split()).replace("|", "\\|")


def row(cells: Iterable[str]) -> str:
    """One line of a pipe table."""
    return f"| {' | '.join(cells)} |"


def pipe_table(rows: Sequence[Sequence[str]]) -> str:
    """A pipe table whose first row is the header; rows are filled up to the widest, empty ones left out.

    Raises Unreadable beyond MOST_COLUMNS.
    """
    filled = [[cell(text) for text in cells] for cells in rows]
    filled = [cells for cells in filled if any(cells)]
    if not filled:
        return ""
    filled = _without_empty_columns(filled)
    width = len(filled[0])
    if width > MOST_COLUMNS:
        raise Unreadable(
            f"A table in it has {width:,} columns; {MOST_COLUMNS:,} are the limit. Keep the columns that people ask "
            "about, or turn rows and columns around, and feed it again."
        )
    return "\n".join([row(filled[0]), row([RULE] * width), *(row(cells) for cells in filled[1:])])


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    width = max(len(cells) for cells in rows)
    padded = [cells + [""] * (width - len(cells)) for cells in rows]
    used = [column for column in range(width) if any(cells[column] for cells in padded)]
    return [[cells[column] for column in used] for cells in padded]
