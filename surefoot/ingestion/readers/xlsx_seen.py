"""Tells which cells of an Excel sheet are seen: not those of hidden rows and columns, nor white ones on white."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from surefoot.ingestion.readers.unseen import SMALLEST_POINTS, WHITE, Colour, alike, hex_colour

_MARK = re.compile(rb"<(?:\w+:)?(row|col|conditionalFormatting|tablePart)\b([^<>]{0,2000})>")
_ATTRIBUTE = re.compile(rb"""(\w+)\s*=\s*["']([^"']*)["']""")
_BLOCK_BYTES = 1 << 20
_LOWEST = 2.0
"""Points of a row's height, and the width of a column in characters times ten, below which nothing is seen."""
_MOST_COLUMNS = 16_384
_EMPTY_FORM = re.compile(r";{2,3}")
"""A format of numbers that shows nothing at all."""


class SheetSight:
    """What a sheet hides; counts the places with values that it leaves out."""

    def __init__(self, archive: zipfile.ZipFile, part: str) -> None:
        self.places = 0
        self._rows: set[int] = set()
        self._columns: set[int] = set()
        self._told: set[int] = set()
        self._coloured = False
        """Whether the sheet colours cells in other ways than by their own style, such as a table's header."""
        self._styles: dict[Any, bool] = {}
        self._row_before = False
        number = 0
        for kind, attributes in _marks(archive, part):
            if kind == b"row":
                number = _whole(attributes.get(b"r"), number + 1)
                if _is_hidden(attributes, b"ht", b"customHeight"):
                    self._rows.add(number)
            elif kind == b"col" and _is_hidden(attributes, b"width", b"customWidth"):
                first, last = _whole(attributes.get(b"min"), 1), _whole(attributes.get(b"max"), 0)
                self._columns |= set(range(first, min(last, _MOST_COLUMNS) + 1))
            elif kind in (b"conditionalFormatting", b"tablePart"):
                self._coloured = True

    def seen(self, number: int, cells: Sequence[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
        """The cells of a row that are seen."""
        if number in self._rows:
            self.places += bool(cells) and not self._row_before
            self._row_before = self._row_before or bool(cells)
            return
        self._row_before = False
        before = 0
        for column, cell in cells:
            if column in self._columns:
                self.places += column not in self._told and column - 1 not in self._told
                self._told.add(column)
            elif self._is_unseen(cell):
                self.places += before != column - 1
                before = column
            else:
                yield column, cell

    def _is_unseen(self, cell: Any) -> bool:
        if not getattr(cell, "has_style", False):
            return False
        style = cell._style_id
        if style not in self._styles:
            self._styles[style] = self._hides(cell)
        return self._styles[style]

    def _hides(self, cell: Any) -> bool:
        """Whether a style hides what is written in it."""
        if _EMPTY_FORM.fullmatch((cell.number_format or "").replace(" ", "")):
            return True
        font, fill = cell.font, cell.fill
        if font.sz is not None and font.sz < SMALLEST_POINTS:
            return True
        solid = getattr(fill, "fill_type", None) == "solid"
        if getattr(fill, "fill_type", None) not in (None, "none", "solid") or (self._coloured and not solid):
            return False
        colour, ground = _colour(font.color), _colour(fill.fgColor) if solid else WHITE
        return colour is not None and ground is not None and alike(colour, ground)


def _colour(stated: Any) -> Colour | None:
    """The colour that a style states; None for tints and colours of a theme but white and black."""
    if stated is None or getattr(stated, "tint", 0):
        return None
    if stated.type == "rgb":
        return hex_colour(stated.rgb)
    if stated.type == "theme":
        return {0: WHITE, 1: (0, 0, 0)}.get(stated.theme)
    return {0: (0, 0, 0), 1: WHITE, 8: (0, 0, 0), 9: WHITE}.get(stated.indexed)


def _is_hidden(attributes: dict[bytes, bytes], size: bytes, own: bytes) -> bool:
    if attributes.get(b"hidden") in (b"1", b"true"):
        return True
    try:
        length = float(attributes.get(size, b""))
    except ValueError:
        return False
    return attributes.get(own) in (b"1", b"true") and length * (10 if size == b"width" else 1) < _LOWEST


def _whole(text: bytes | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 9 else otherwise


def _marks(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, dict[bytes, bytes]]]:
    """The rows, columns and further colours that a sheet's part states, in their order."""
    rest = b""
    with archive.open(part) as file:
        while block := file.read(_BLOCK_BYTES):
            block = rest + block
            end = block.rfind(b">") + 1
            for found in _MARK.finditer(block, 0, end):
                yield found.group(1), dict(_ATTRIBUTE.findall(found.group(2)))
            rest = block[end:][-_BLOCK_BYTES:]
