"""Collects a flow of paragraphs and cells, as rich text and old Word files have them, into an outline."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.pipes import pipe_table

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_BODY_LEVEL = 9
_DEEPEST_LIST = 6


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What a paragraph's properties say when it ends."""

    style: str
    outline: int
    """Outline level from 0; 9 is body text."""
    in_table: bool
    depth: int
    """Level in a list, from 0."""


@dataclass(slots=True)
class FlowWriter:
    """Paragraphs become headings, items of lists or text; rows of cells become tables."""

    outline: Outline = field(default_factory=Outline)
    title: str | None = None
    _text: list[str] = field(default_factory=list[str])
    _mark: list[str] = field(default_factory=list[str])
    _notes: list[str] = field(default_factory=list[str])
    _items: list[str] = field(default_factory=list[str])
    _cell: list[str] = field(default_factory=list[str])
    _row: list[str] = field(default_factory=list[str])
    _rows: list[list[str]] = field(default_factory=list[list[str]])

    def add(self, text: str) -> None:
        """Add to the paragraph."""
        self._text.append(text)

    def add_mark(self, text: str) -> None:
        """Add to the automatic mark of a list's item."""
        self._mark.append(text)

    def add_note(self, text: str) -> None:
        """A footnote; it follows its paragraph."""
        if text.strip():
            self._notes.append(f"Note: {' '.join(text.split())}")

    def end_paragraph(self, paragraph: Paragraph) -> None:
        """Write the paragraph where it belongs."""
        lines = (" ".join(line.split()) for line in "".join(self._text).split("\n"))
        text = "\n".join(line for line in lines if line)
        mark, self._mark = "".join(self._mark).strip(), []
        self._text = []
        if paragraph.in_table:
            self._cell += [text, *self._notes]
            self._notes = []
        elif text:
            self._end_table()
            self._place(text, mark, paragraph)
        self._write_notes()

    def end_cell(self, paragraph: Paragraph) -> None:
        """Close a cell of a table's row."""
        self.end_paragraph(Paragraph(paragraph.style, paragraph.outline, in_table=True, depth=0))
        self._row.append(" ".join(text for text in self._cell if text))
        self._cell = []

    def end_row(self) -> None:
        """Close a row of a table."""
        self._end_list()
        if self._row:
            self._rows.append(self._row)
        self._row = []

    def finish(self, paragraph: Paragraph) -> Outline:
        """Write what is still open; the outline."""
        if "".join(self._text).strip() or self._cell:
            self.end_paragraph(paragraph)
        if self._cell or self._row:
            self._row.append(" ".join(text for text in self._cell if text))
            self.end_row()
        self._end_table()
        self._end_list()
        self._write_notes()
        return self.outline

    def _place(self, text: str, mark: str, paragraph: Paragraph) -> None:
        level = _level(paragraph)
        if level is not None:
            self._end_list()
            self.outline.heading(level, f"{mark} {text}".strip())
            self.title = self.title or (" ".join(text.split()) if level == 0 else None)
        elif mark:
            indent = "  " * min(paragraph.depth, _DEEPEST_LIST)
            bullet = mark if any(c.isalnum() for c in mark) else "-"
            self._items.append(f"{indent}{bullet} {text}".replace("\n", f"\n{indent}  "))
        else:
            self._end_list()
            self.outline.block(text)

    def _write_notes(self) -> None:
        if self._notes:
            self._end_list()
        for note in self._notes:
            self.outline.block(note)
        self._notes = []

    def _end_list(self) -> None:
        self.outline.block("\n".join(self._items))
        self._items = []

    def _end_table(self) -> None:
        if self._rows:
            self.outline.block(pipe_table(self._rows))
        self._rows = []


def _level(paragraph: Paragraph) -> int | None:
    """The heading level from 1, 0 for the document's title, None for body text."""
    if paragraph.style.lower() == "title":
        return 0
    named = _HEADING.match(paragraph.style)
    if named:
        return int(named.group(1))
    return paragraph.outline + 1 if paragraph.outline < _BODY_LEVEL else None
