"""Finds where a quote or a chunk stands on a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from surefoot.ingestion.readers.pdf_page import SOFT_HYPHEN, Word
from surefoot.ingestion.readers.pdf_shapes import Box

_FEWEST_LETTERS = 8
"""Letters from which a part of a quote is looked for by itself."""
_PART = re.compile(r"(?<=[.!?;:])\s+|\n+")
_CELL_END = re.compile(r"(?<!\\)\|")
_CLOSE = 1.8
"""Space between two lines, in their heights, within which they are outlined together."""


def boxes(words: Sequence[Word], quote: str) -> list[Box]:
    """Where a quote stands: its lines; for a table's row its cells; else those of its sentences that are found."""
    return _boxes(_Folded(words), quote)


def areas(words: Sequence[Word], texts: Sequence[str]) -> list[list[Box]]:
    """Where each text stands: boxes around its lines, close ones under one another put together; none if nowhere."""
    folded = _Folded(words)
    return [_merged([box for line in _lines(folded, text) for box in _line(folded, line)]) for text in texts]


def _lines(folded: _Folded, text: str) -> list[str]:
    """The text as a whole where it is found as such, else its lines."""
    return [text] if "|" not in text and folded.find(text) else text.splitlines()


def _line(folded: _Folded, line: str) -> list[Box]:
    found = _boxes(folded, line)
    return [union(found)] if found and "|" in line else found


def _boxes(text: _Folded, quote: str) -> list[Box]:
    cells = [cell for cell in _CELL_END.split(quote) if _fold(cell)]
    if len(cells) > 1:
        return text.row(cells)
    if found := text.find(quote):
        return found
    return [box for part in _PART.split(quote) if len(_fold(part)) >= _FEWEST_LETTERS for box in text.find(part)]


def _merged(found: Sequence[Box]) -> list[Box]:
    """Boxes that stand closely under one another as one."""
    merged: list[Box] = []
    for box in sorted(found, key=lambda b: b.top):
        near = next((n for n, other in enumerate(merged) if _touches(other, box)), None)
        if near is None:
            merged.append(box)
        else:
            merged[near] = merged[near].joined(box)
    return merged


def _touches(above: Box, below: Box) -> bool:
    """Whether the lower one follows in the same column."""
    in_column = min(above.x1, below.x1) - max(above.x0, below.x0) > 0
    return in_column and below.top - above.bottom < _CLOSE * (below.bottom - below.top)


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
        return [union(line) for line in lines]

    def _around(self, span: tuple[int, int]) -> Box:
        return union([word.box for word in self.words[span[0] : span[1] + 1]])


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.replace(SOFT_HYPHEN, "")).casefold()
    return "".join(c for c in folded if c.isalnum())


def union(found: Sequence[Box]) -> Box:
    """The smallest box around all of them."""
    box = found[0]
    for other in found[1:]:
        box = box.joined(other)
    return box


def _level(a: Box, b: Box) -> bool:
    """Whether two boxes overlap in height by half of the smaller one."""
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    return overlap > 0.5 * min(a.bottom - a.top, b.bottom - b.top)
