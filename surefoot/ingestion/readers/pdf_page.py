"""Takes the words of a PDF page and their places, in the coordinates of the page as it is shown."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium

from surefoot.ingestion.readers.pdf_shapes import Box, Point, ruling, shown

_HYPHEN = 0x02
"""PDFium's mark for a hyphen that parts a word at a line's end."""
SOFT_HYPHEN = "\u00ad"
_LAM, _ALEFS = 0x0644, frozenset({0x0622, 0x0623, 0x0625, 0x0627})
_SPACES = frozenset({0xA0, 0x3000})
_BOLD_FROM = 600
_WHITE_FROM = 225
_REPLACED = {0x2028: " ", 0xFFFE: "", 0xFFFF: "", 0x00A0: " "}


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a space between them."""

    text: str
    box: Box
    size: float
    """Height of the font in points, as shown."""
    bold: bool
    line: int
    """Number of its line in the file's order."""
    white: bool = False
    turn: int = 0
    """Quarter turns against the clock by which it stands on the page as shown."""
    thing: int = 0
    """Which of the page's objects draws it: its address while the page is open."""


@dataclass(frozen=True, slots=True)
class PageParts:
    """What stands on a page."""

    words: tuple[Word, ...]
    lines: tuple[Box, ...]
    """Ruling lines and edges of rectangles; one of width or height is near zero."""
    width: float
    height: float

    def upright(self) -> PageParts:
        """The page turned so that most of its letters stand upright, for pages that were laid down to be read."""
        letters: Counter[int] = Counter()
        for word in self.words:
            letters[word.turn] += len(word.text)
        turn = max(letters, key=lambda t: (letters[t], -t), default=0)
        return self.turned(turn)

    def turned(self, turn: int) -> PageParts:
        """The page after some quarter turns clockwise."""
        if not turn:
            return self
        size = (self.height, self.width) if turn % 2 else (self.width, self.height)
        words = tuple(replace(word, box=self._turned(word.box, turn)) for word in self.words)
        return PageParts(words, tuple(self._turned(box, turn) for box in self.lines), *size)

    def _turned(self, box: Box, turn: int) -> Box:
        if turn == 1:
            return Box(self.height - box.bottom, box.x0, self.height - box.top, box.x1)
        if turn == 2:
            return Box(self.width - box.x1, self.height - box.bottom, self.width - box.x0, self.height - box.top)
        return Box(box.top, self.width - box.x1, box.bottom, self.width - box.x0)


def take(page: Any) -> PageParts:
    """Words in the file's order, and ruling lines."""
    way = shown(page)
    text_page = page.get_textpage()
    try:
        words = tuple(_Words(text_page.raw, way, page.get_rotation() // 90).all())
    finally:
        text_page.close()
    return PageParts(words, tuple(ruling(page.raw, way)), page.get_width(), page.get_height())


class _Words:
    """Cuts a text page's characters into words."""

    def __init__(self, raw: Any, way: Point, page_turn: int) -> None:
        self._raw = raw
        self._page_turn = page_turn
        self._shown = way
        self._matrix = pdfium.FS_MATRIX()
        self._rect = pdfium.FS_RECTF()
        self._fonts: dict[Any, bool] = {}

    def all(self) -> Iterator[Word]:
        """The words in the file's order; white space parts them, line ends count lines."""
        line = 0
        start = -1
        codes = [pdfium.FPDFText_GetUnicode(self._raw, n) for n in range(pdfium.FPDFText_CountChars(self._raw))]
        self._set_ligatures_right(codes)
        for number, code in enumerate([*codes, 0x20]):
            parts = code <= 0x20 or code in _SPACES
            if start >= 0 and (parts or code == _HYPHEN):
                end = number if parts and code != _HYPHEN else number + 1
                if word := self._word(codes, start, end, line):
                    yield word
                start = -1
            elif not parts:
                start = number if start < 0 else start
            line += code in (0x0A, _HYPHEN)

    def _set_ligatures_right(self, codes: list[int]) -> None:
        """PDFium turns lines of Arabic round letter by letter, and with them the two letters of one glyph."""
        if _LAM not in codes:
            return
        for number in range(len(codes) - 1):
            pair = codes[number : number + 2]
            if pair[0] in _ALEFS and pair[1] == _LAM and self._box(number) == self._box(number + 1):
                codes[number : number + 2] = reversed(pair)

    def _word(self, codes: list[int], start: int, end: int, line: int) -> Word | None:
        text = _text(codes[start:end])
        if not text:
            return None
        first, last = self._box(start), self._box(end - 1)
        size, turn = self._size_and_turn(start)
        thing = ctypes.cast(pdfium.FPDFText_GetTextObject(self._raw, start), ctypes.c_void_p).value or 0
        return Word(text, first.joined(last), size, self._is_bold(start), line, self._is_white(start), turn, thing)

    def _box(self, number: int) -> Box:
        r = self._rect
        pdfium.FPDFText_GetLooseCharBox(self._raw, number, r)
        (xa, ya), (xb, yb) = self._shown(r.left, r.top), self._shown(r.right, r.bottom)
        return Box(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))

    def _size_and_turn(self, number: int) -> tuple[float, int]:
        size = pdfium.FPDFText_GetFontSize(self._raw, number)
        m = self._matrix
        if not pdfium.FPDFText_GetMatrix(self._raw, number, m):
            return round(size, 1), 0
        turn = round(math.atan2(m.b, m.a) / (math.pi / 2))
        return round(size * (math.hypot(m.c, m.d) or 1.0), 1), (turn - self._page_turn) % 4

    def _is_bold(self, number: int) -> bool:
        """By the font's weight, or its name; asked once for each text object."""
        key = ctypes.cast(pdfium.FPDFText_GetTextObject(self._raw, number), ctypes.c_void_p).value
        if key not in self._fonts:
            name = ctypes.create_string_buffer(128)
            pdfium.FPDFText_GetFontInfo(self._raw, number, name, 128, ctypes.c_int())
            named = any(word in name.value.lower() for word in (b"bold", b"black", b"heavy"))
            self._fonts[key] = named or pdfium.FPDFText_GetFontWeight(self._raw, number) >= _BOLD_FROM
        return self._fonts[key]

    def _is_white(self, number: int) -> bool:
        r, g, b, a = (ctypes.c_uint() for _ in range(4))
        if not pdfium.FPDFText_GetFillColor(self._raw, number, r, g, b, a):
            return False
        return a.value < 10 or min(r.value, g.value, b.value) >= _WHITE_FROM


def _text(codes: list[int]) -> str:
    text = "".join(SOFT_HYPHEN if c == _HYPHEN else _REPLACED.get(c) or chr(c) for c in codes)
    return unicodedata.normalize("NFKC", text) if any("\ufb00" <= c <= "\ufb06" for c in text) else text
