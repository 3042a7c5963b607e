"""Draws a page of a PDF with a quote marked on it."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PIL import Image, ImageChops, ImageDraw

from surefoot.ingestion.errors import PageMissing
from surefoot.ingestion.readers.pdf import open_pdf
from surefoot.ingestion.readers.pdf_page import SOFT_HYPHEN, Word, take
from surefoot.ingestion.readers.pdf_shapes import Box

_WIDTH = 1_000
"""Pixels of the picture's width."""
_TALLEST = 2_400
_LARGEST_SCALE = 4.0
_MARKER = (255, 233, 120)
_MARGIN = 2
"""Pixels by which a mark is larger than its words."""
_FEWEST_LETTERS = 8
"""Letters from which a part of a quote is looked for by itself."""
_PART = re.compile(r"(?<=[.!?;:])\s+|\n+")


def render(data: bytes, page: int, quote: str) -> bytes:
    """The page (from 1) as PNG, some 1,000 pixels wide; raises PageMissing where there is no such page."""
    document = open_pdf(data)
    if not 1 <= page <= len(document):
        raise PageMissing(f"The document has {len(document)} pages, so there is no page {page}.")
    sheet = document[page - 1]
    parts = take(sheet)
    scale = min(_WIDTH / max(parts.width, 1), _TALLEST / max(parts.height, 1), _LARGEST_SCALE)
    picture = sheet.render(scale=scale).to_pil().convert("RGB")
    marked = _marked(picture, [_scaled(box, scale) for box in boxes(parts.words, quote)])
    png = io.BytesIO()
    marked.save(png, "PNG")
    return png.getvalue()


def boxes(words: Sequence[Word], quote: str) -> list[Box]:
    """Where a quote stands: its lines; for a table's row its cells; else those of its sentences that are found."""
    text = _Folded(words)
    cells = [cell for cell in re.split(r"(?<!\\)\|", quote) if _fold(cell)]
    if len(cells) > 1:
        return text.row(cells)
    if found := text.find(quote):
        return found
    return [box for part in _PART.split(quote) if len(_fold(part)) >= _FEWEST_LETTERS for box in text.find(part)]


@dataclass(frozen=True, slots=True)
class _Folded:
    """A page's letters and digits alone, each tied to its word: line ends, hyphens and spaces make no difference."""

    words: Sequence[Word]
    letters: str
    owners: tuple[int, ...]

    def __init__(self, words: Sequence[Word]) -> None:
        folded = [_fold(word.text) for word in words]
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "letters", "".join(folded))
        object.__setattr__(self, "owners", tuple(n for n, text in enumerate(folded) for _ in text))

    def find(self, quote: str) -> list[Box]:
        """The boxes of the lines of the quote's first occurrence."""
        spans = self._spans(_fold(quote))
        return self._lines(spans[0]) if spans else []

    def row(self, cells: Sequence[str]) -> list[Box]:
        """The boxes of a row's cells: of all places of the rarest cell the one with most other cells at its height."""
        spans = [self._spans(_fold(cell)) for cell in cells]
        anchors = min((found for found in spans if found), key=len, default=[])
        rows = [[self._nearest(anchor, found) for found in spans if found] for anchor in anchors]
        best = max(rows, key=lambda row: sum(span is not None for span in row), default=[])
        return [box for span in best if span for box in self._lines(span)]

    def _nearest(self, anchor: tuple[int, int], found: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
        """The place that overlaps the anchor's height, or None."""
        here = self._around(anchor)
        return next((span for span in found if _level(here, self._around(span))), None)

    def _spans(self, wanted: str) -> list[tuple[int, int]]:
        """First and last word of each occurrence."""
        found: list[tuple[int, int]] = []
        start = self.letters.find(wanted) if wanted else -1
        while start >= 0:
            first, last = self.owners[start], self.owners[start + len(wanted) - 1]
            if len(wanted) > 3 or (last == first and _fold(self.words[first].text) == wanted):
                found.append((first, last))
            start = self.letters.find(wanted, start + 1)
        return found

    def _lines(self, span: tuple[int, int]) -> list[Box]:
        words = self.words[span[0] : span[1] + 1]
        lines = [[word.box for word in line] for _, line in groupby(words, key=lambda word: word.line)]
        return [_union(line) for line in lines]

    def _around(self, span: tuple[int, int]) -> Box:
        return _union([word.box for word in self.words[span[0] : span[1] + 1]])


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.replace(SOFT_HYPHEN, "")).casefold()
    return "".join(c for c in folded if c.isalnum())


def _union(found: Sequence[Box]) -> Box:
    box = found[0]
    for other in found[1:]:
        box = box.joined(other)
    return box


def _level(a: Box, b: Box) -> bool:
    """Whether two boxes overlap in height by half of the smaller one."""
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    return overlap > 0.5 * min(a.bottom - a.top, b.bottom - b.top)


def _scaled(box: Box, scale: float) -> Box:
    return Box(
        box.x0 * scale - _MARGIN, box.top * scale - _MARGIN, box.x1 * scale + _MARGIN, box.bottom * scale + _MARGIN
    )


def _marked(picture: Image.Image, marks: Sequence[Box]) -> Image.Image:
    if not marks:
        return picture
    layer = Image.new("RGB", picture.size, "white")
    pen = ImageDraw.Draw(layer)
    for box in marks:
        pen.rectangle((box.x0, box.top, box.x1, box.bottom), fill=_MARKER)
    return ImageChops.multiply(picture, layer)  # letters stay black under the marker
