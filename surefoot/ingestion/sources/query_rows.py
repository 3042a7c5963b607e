"""Turns rows of a query into documents: their names, their text as Markdown, and the keys to find them again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import InvalidOperation
from typing import Literal

from surefoot.ingestion.errors import SourceInvalid, SourceUnreachable, Unreadable
from surefoot.ingestion.sources.naming import path_part
from surefoot.ingestion.sources.query_values import cell_text, decoded, encoded, moment

LONGEST_CELL = 1_000_000
"""Characters of one cell's text; a row with a longer one is refused."""
_LONGEST_KEY = 150
_LONGEST_TITLE = 200

Row = Mapping[str, object]
"""From column to value, in the query's order."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which columns of a row become what."""

    key: tuple[str, ...]
    title: str
    """'' for none: the document is then called by its key."""
    text: tuple[str, ...]
    """Empty: all columns but the title."""
    layout: Literal["list", "table"]
    modified: str
    """'' for none."""

    def check(self, columns: Sequence[str]) -> None:
        """Raise SourceInvalid where the query's columns are not those that are named."""
        if twice := {column for column in columns if columns.count(column) > 1}:
            raise SourceInvalid(f"The query yields two columns {min(twice)!r}. Give one another name with AS.")
        for column in (*self.key, self.title, *self.text, self.modified):
            if column and column not in columns:
                raise SourceInvalid(f"The query yields no column {column!r}. It yields: {', '.join(columns)}.")

    def path(self, row: Row) -> str:
        """The document's name, made of the key; raises SourceInvalid for a key that names nothing."""
        return "/".join(path_part(self._named(column, row[column])) for column in self.key) + ".md"

    def locator(self, row: Row) -> str:
        """The key's values with their types, as JSON."""
        return json.dumps([encoded(row[column], column) for column in self.key])

    def document(self, row: Row) -> bytes:
        """The row as Markdown in UTF-8; raises Unreadable for a cell over the limit."""
        columns = self.text or tuple(column for column in row if column != self.title)
        cells = {column: cell_text(row[column]) for column in columns}
        for column, cell in cells.items():
            if len(cell) > LONGEST_CELL:
                raise Unreadable(
                    f"The column {column!r} has {len(cell):,} characters; {LONGEST_CELL:,} are the limit. "
                    "Let the query shorten it or leave it out."
                )
        name = " ".join(cell_text(row[self.title]).split())[:_LONGEST_TITLE] if self.title else ""
        heading = name or ", ".join(cell_text(row[column]) for column in self.key)
        return f"# {heading}\n\n{self._body(cells)}\n".encode("utf-8", "replace")

    def fingerprint(self, row: Row) -> str:
        """A hash of all that the document shows."""
        try:
            shown = self.document(row)
        except Unreadable as error:
            shown = str(error).encode()
        when = self.changed(row)
        return hashlib.sha256(shown + str(when).encode()).hexdigest()

    def changed(self, row: Row) -> datetime | None:
        """When the row says that it was changed; raises SourceInvalid where that is no date."""
        if not self.modified or row[self.modified] is None:
            return None
        when = moment(row[self.modified])
        if when is None:
            raise SourceInvalid(f"The column {self.modified!r} holds {row[self.modified]!r:.80}, which is no date.")
        return when

    def properties(self, row: Row) -> dict[str, str]:
        """The key, by column."""
        return {column: cell_text(row[column]) for column in self.key}

    def values(self, locator: str) -> dict[str, object]:
        """The key's values by column, from a locator; raises SourceUnreachable where it is none."""
        try:
            return dict(zip(self.key, map(decoded, json.loads(locator)), strict=True))
        except (ValueError, TypeError, KeyError, InvalidOperation) as error:
            raise SourceUnreachable("The key columns of the query were changed since its rows were listed.") from error

    def _named(self, column: str, value: object) -> str:
        name = cell_text(value)
        if value is None or name == "":
            raise SourceInvalid(f"The key column {column!r} is empty in a row. Choose one that names each row.")
        if len(name) > _LONGEST_KEY:
            raise SourceInvalid(f"The key column {column!r} holds long texts. Choose one with short names or numbers.")
        return name

    def _body(self, cells: Mapping[str, str]) -> str:
        if len(self.text) == 1:
            return cells[self.text[0]]
        filled = {column: cell for column, cell in cells.items() if cell.strip()}
        if self.layout == "table":
            rows = [f"| {_in_table(column)} | {_in_table(cell)} |" for column, cell in filled.items()]
            return "\n".join(["| Column | Value |", "| --- | --- |", *rows])
        lines = [f"- {column}: {cell.strip()}" for column, cell in filled.items() if "\n" not in cell.strip()]
        long = [f"## {column}\n\n{cell.strip()}" for column, cell in filled.items() if "\n" in cell.strip()]
        return "\n\n".join(filter(None, ["\n".join(lines), *long]))


def _in_table(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
