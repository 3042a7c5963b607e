"""Leaves out words of a PDF page that nobody can see, by drawing the page with its letters and without."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import pypdfium2.raw as pdfium

from surefoot.ingestion.limits import more_time
from surefoot.ingestion.readers.pdf_page import PageParts, Word
from surefoot.ingestion.readers.pdf_shapes import Box
from surefoot.ingestion.readers.unseen import has_words

_SCALE = 1.5
"""Pixels a point of the drawings."""
_MOST_PIXELS = 36_000_000
"""Pixels of a drawing; a page may claim any size."""
_LONGEST_SIDE = 20_000
_LARGEST_PAGE = 3_400.0
"""Points of a page's longer side that are paper's: A0 has 3,370."""
_SECONDS = 0.05
"""Seconds that a drawn page may add to the time of its file."""
_DIFFERENCE = 12
"""Difference of grey levels (0 to 255) that letters make where they are seen; thin ones are drawn pale."""
_CONTRAST = 60
"""Difference of grey levels between print and paper in a scan."""
_INK = (0.01, 0.7)
"""Share of dark pixels where a scan has a word; pictures are dark all over, paper is not."""
_SMALLEST = 2.0
"""Points of letters below which nobody reads them; drawings have labels of 3."""
_MIDDLE = 0.25
"""Share of a word's box on each side that is its neighbours' as well."""
_LAYERS = 4
"""Texts that may lie on one another and be told apart; more cannot be read."""
_CELL = 24.0
_CROWDED = 100
"""Words within a third of an inch, more than anybody can read."""
_WIDE = ctypes.POINTER(ctypes.c_ushort)
_COVERED = 0.6
"""Share of a page that a scan's picture covers."""
_DEEPEST = 8
_INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)


def without_invisible(page: Any, parts: PageParts) -> tuple[PageParts, int]:
    """The page's parts without the words that are not seen, and how many places those were.

    Seen is what changes the page's picture when it is left out. Words of a scan's text layer, which lie invisible on
    the print that they repeat, are kept.
    """
    if not parts.words:
        return parts, 0
    hidden = {n for n, word in enumerate(parts.words) if _is_off(word.box, parts) or _is_tiny(word)}
    drawing = _Drawing(page, parts)
    if drawing.is_needed():
        more_time(_SECONDS)
        hidden |= set(drawing.unseen())
    if not hidden:
        return parts, 0
    words = tuple(word for n, word in enumerate(parts.words) if n not in hidden)
    runs = groupby(enumerate(parts.words), key=lambda pair: pair[0] in hidden)
    places = sum(is_hidden and any(has_words(word.text) for _, word in run) for is_hidden, run in runs)
    return replace(parts, words=words), places


def _is_off(box: Box, parts: PageParts) -> bool:
    return not Box(0, 0, parts.width, parts.height).holds(*box.middle)


def _is_tiny(word: Word) -> bool:
    box = word.box
    return word.size < _SMALLEST and min(box.x1 - box.x0, box.bottom - box.top) < 1.5 * _SMALLEST


@dataclass(frozen=True, slots=True)
class _Text:
    """An object of the page that draws text."""

    raw: Any
    mode: int


class _Drawing:
    """A page that is drawn with some of its text."""

    def __init__(self, page: Any, parts: PageParts) -> None:
        self._page = page
        self._words = parts.words
        self._area = parts.width * parts.height
        self._part = _around(parts)
        """What is drawn of the page: of a page of enormous size the part that holds its words."""
        wide, high = self._part.x1 - self._part.x0, self._part.bottom - self._part.top
        self._scale = min(_SCALE, math.sqrt(_MOST_PIXELS / max(wide * high, 1.0)), _LONGEST_SIDE / max(wide, high, 1.0))
        self._margins = (self._part.x0, parts.height - self._part.bottom, parts.width - self._part.x1, self._part.top)
        self._texts: dict[int, _Text] = {}
        self._pictures: list[Any] = []
        self._other = False
        """Whether something else may cover text: filled shapes, shades, forms, marks of layers."""
        for item in page.get_objects(max_depth=_DEEPEST):
            self._note(item.raw, item.type)

    def is_needed(self) -> bool:
        """Whether anything on the page could hide a word: black letters on bare paper are seen."""
        plain = all(text.mode == 0 for text in self._texts.values())
        return not plain or self._other or bool(self._pictures) or any(word.white for word in self._words)

    def unseen(self) -> Iterator[int]:
        """The numbers of the words that change nothing when they are left out."""
        bare = self._drawn(())
        layers = _layers(self._words)
        scan: bool | None = None
        for layer in range(max(layers.values(), default=0) + 1):
            things = {thing for thing, own in layers.items() if own == layer}
            changed = _difference(bare, self._drawn(things if max(layers.values()) else self._texts))
            for number, word in enumerate(self._words):
                if word.thing not in things or self._range(changed, word.box) > _DIFFERENCE:
                    continue
                scan = self._is_scan() if scan is None else scan
                if not (scan and self._is_printed(bare, word.box)) and self._can_be_drawn(word):
                    yield number
        yield from (n for n, word in enumerate(self._words) if layers.get(word.thing, 0) >= _LAYERS)

    def _note(self, raw: Any, kind: int) -> None:
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            self._texts[_address(raw)] = _Text(raw, pdfium.FPDFTextObj_GetTextRenderMode(raw))
            self._other = self._other or _has_layer(raw) or _is_clipped(raw)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self._pictures.append(raw)
        else:
            self._other = self._other or kind != pdfium.FPDF_PAGEOBJ_PATH or _is_filled(raw)

    def _drawn(self, things: Iterable[int]) -> Any:
        """The page in grey with the text of these objects alone."""
        shown = set(things)
        try:
            for address, text in self._texts.items():
                if address not in shown:
                    pdfium.FPDFTextObj_SetTextRenderMode(text.raw, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
            return self._page.render(scale=self._scale, grayscale=True, crop=self._margins).to_pil().convert("L")
        finally:
            for text in self._texts.values():
                pdfium.FPDFTextObj_SetTextRenderMode(text.raw, text.mode)

    def _cropped(self, picture: Any, box: Box, margin: float) -> Any:
        wide, high = (box.x1 - box.x0) * margin, (box.bottom - box.top) * margin
        x, y = self._part.x0, self._part.top
        left, top = int((box.x0 + wide - x) * self._scale), int((box.top + high - y) * self._scale)
        right, bottom = math.ceil((box.x1 - wide - x) * self._scale), math.ceil((box.bottom - high - y) * self._scale)
        left, top = max(min(left, picture.width - 1), 0), max(min(top, picture.height - 1), 0)
        return picture.crop((left, top, max(min(right, picture.width), left + 1), max(bottom, top + 1)))

    def _range(self, picture: Any, box: Box) -> int:
        """The strongest change in the middle of a word, or in all of it where marks stand at its edges alone."""
        inner = self._cropped(picture, box, _MIDDLE).getextrema()[1]
        return inner if inner > _DIFFERENCE else self._edge(picture, box)

    def _edge(self, picture: Any, box: Box) -> int:
        """For short marks such as '_' and '-', and letters that are drawn outside of the box that they claim."""
        alone = min(box.x1 - box.x0, box.bottom - box.top) * self._scale < 4
        return self._cropped(picture, box, -1.0 if alone else 0.0).getextrema()[1]

    def _is_scan(self) -> bool:
        """Whether the page is a picture of text: one covers most of it, and the text on it is invisible."""
        covered = max(map(_area, self._pictures), default=0.0)
        silent = sum(len(w.text) for w in self._words if self._mode(w) in _INVISIBLE)
        return covered >= _COVERED * self._area and 2 * silent > sum(len(word.text) for word in self._words)

    def _mode(self, word: Word) -> int:
        text = self._texts.get(word.thing)
        return text.mode if text else 0

    def _is_printed(self, bare: Any, box: Box) -> bool:
        """Whether a scan shows print where a word is said to be."""
        crop = self._cropped(bare, box, 0.0)
        darkest, lightest = crop.getextrema()
        if lightest - darkest < _CONTRAST:
            return False
        counts = crop.histogram()
        ink = sum(counts[: (darkest + lightest) // 2]) / max(sum(counts), 1)
        return _INK[0] <= ink <= _INK[1]

    def _can_be_drawn(self, word: Word) -> bool:
        """Whether the word's letters are known here: those of a font that is not in the file may be missing."""
        text = self._texts.get(word.thing)
        if text is None or text.mode in _INVISIBLE:
            return text is not None
        font = pdfium.FPDFTextObj_GetFont(text.raw)
        if pdfium.FPDFFont_GetIsEmbedded(font) == 1 or word.text.isascii():
            return True
        pdfium.FPDFPageObj_SetFillColor(text.raw, 0, 0, 0, 255)
        bitmap = pdfium.FPDFTextObj_GetRenderedBitmap(self._page.pdf.raw, self._page.raw, text.raw, self._scale)
        if not bitmap:
            return False
        try:
            size = pdfium.FPDFBitmap_GetStride(bitmap) * pdfium.FPDFBitmap_GetHeight(bitmap)
            return len(set(ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), size))) > 1
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)


def _around(parts: PageParts) -> Box:
    """The page, or the part of it that holds its words where it is larger than any page of paper."""
    page = Box(0.0, 0.0, parts.width, parts.height)
    inside = [word.box for word in parts.words if not _is_off(word.box, parts)]
    if max(parts.width, parts.height) <= _LARGEST_PAGE or not inside:
        return page
    x0, top = max(min(b.x0 for b in inside) - 1, 0.0), max(min(b.top for b in inside) - 1, 0.0)
    return Box(
        x0, top, min(max(b.x1 for b in inside) + 1, parts.width), min(max(b.bottom for b in inside) + 1, parts.height)
    )


def _address(raw: Any) -> int:
    return ctypes.cast(raw, ctypes.c_void_p).value or 0


def _has_layer(raw: Any) -> bool:
    """Whether an object stands in a layer that viewers can switch off."""
    name = ctypes.create_string_buffer(16)
    for number in range(max(pdfium.FPDFPageObj_CountMarks(raw), 0)):
        mark = pdfium.FPDFPageObj_GetMark(raw, number)
        length = ctypes.c_ulong()
        if pdfium.FPDFPageObjMark_GetName(mark, ctypes.cast(name, _WIDE), 16, length) and name.raw[:4] == b"O\0C\0":
            return True
    return False


def _is_clipped(raw: Any) -> bool:
    return pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(raw)) > 0


def _is_filled(raw: Any) -> bool:
    """Whether a path fills an area: rules and frames cover nothing."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(raw, fill, stroke)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not fill.value or not pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top):
        return False
    return min(right.value - left.value, top.value - bottom.value) > _SMALLEST


def _area(raw: Any) -> float:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top):
        return 0.0
    return (right.value - left.value) * (top.value - bottom.value)


def _difference(one: Any, other: Any) -> Any:
    from PIL import ImageChops

    return ImageChops.difference(one, other)


def _layers(words: Sequence[Word]) -> dict[int, int]:
    """A layer for each object, so that no two in one layer lie on one another."""
    cells: dict[tuple[int, int], list[Word]] = {}
    above: dict[int, set[int]] = {}
    layers: dict[int, int] = {}
    for word in words:
        inner = _inner(word.box)
        conflicts = above.setdefault(word.thing, set())
        for cell in _cells(inner):
            others = cells.setdefault(cell, [])
            if len(others) >= _CROWDED:
                layers[word.thing] = _LAYERS
                continue
            conflicts |= {o.thing for o in others if o.thing != word.thing and _overlap(inner, _inner(o.box))}
            others.append(word)
    for thing, conflicts in above.items():
        taken = {layers[other] for other in conflicts if other in layers}
        layers.setdefault(thing, next(n for n in range(len(taken) + 1) if n not in taken))
    return layers


def _inner(box: Box) -> Box:
    wide, high = (box.x1 - box.x0) * _MIDDLE, (box.bottom - box.top) * _MIDDLE
    return Box(box.x0 + wide, box.top + high, box.x1 - wide, box.bottom - high)


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    for x in range(int(box.x0 // _CELL), min(int(box.x1 // _CELL), int(box.x0 // _CELL) + 100) + 1):
        for y in range(int(box.top // _CELL), min(int(box.bottom // _CELL), int(box.top // _CELL) + 100) + 1):
            yield x, y


def _overlap(one: Box, other: Box) -> bool:
    return min(one.x1, other.x1) > max(one.x0, other.x0) and min(one.bottom, other.bottom) > max(one.top, other.top)
