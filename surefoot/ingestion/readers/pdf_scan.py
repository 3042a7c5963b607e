"""Finds the pages of a PDF that are pictures of text, and recognises them, two at once where there are two cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits, more_time
from surefoot.ingestion.readers.ocr_page import Recogniser, in_order, levelled
from surefoot.ingestion.readers.pdf_page import PageParts, Word

if TYPE_CHECKING:
    from PIL.Image import Image

_FEW_LETTERS = 16
"""Letters and digits below which a page's text says nothing: a page number, a stamp."""
_SOME_LETTERS = 150
"""Letters and digits below which a page may be a scan to which a program added a line or two."""
_COVERED = 0.6
"""Share of a page that a picture covers where the page is a scan."""
_SHOWN = 0.1
"""Share of a page with a few letters alone that a picture covers where it may hold the page's text."""
_OUTLINED = 100
"""Things drawn on a page with a few letters alone that may be letters drawn as shapes."""
_DPI = 300
"""Dots an inch at which pages are drawn: tesseract reads coarser scans best when they are drawn larger."""
_LARGEST_SIDE = 5_000
"""Pixels of a picture's longer side; a page may claim any size."""
_DEEPEST = 3


def is_scan(page: Any, words: Sequence[Word]) -> bool:
    """Whether a page has something drawn on it, but text that says little."""
    letters = sum(1 for _ in islice((c for word in words for c in word.text if c.isalnum()), _SOME_LETTERS))
    if letters >= _SOME_LETTERS:
        return False
    area = page.get_width() * page.get_height()
    if letters >= _FEW_LETTERS:
        return _covered(page) >= _COVERED * area
    drawings = _objects(page)
    return drawings > 0 if not letters else drawings >= _OUTLINED or _covered(page) >= _SHOWN * area


def drawn(page: Any) -> tuple[Image, float]:
    """The page as a grey picture of 300 dots an inch, and how many pixels a point is."""
    scale = min(_DPI / 72, _LARGEST_SIDE / max(page.get_width(), page.get_height(), 1.0))
    return page.render(scale=scale, grayscale=True).to_pil().convert("L"), scale


def with_recognised(kept: PageParts, found: PageParts) -> PageParts:
    """A page's parts and the words recognised on its picture that are none of its own."""
    new = [word for word in found.words if not any(own.box.holds(*word.box.middle) for own in kept.words)]
    first = max((word.line for word in kept.words), default=-1) + 1
    words = (*kept.words, *(replace(word, line=word.line + first) for word in new))
    return replace(kept, words=words)


def recognise(
    document: Any, scans: Mapping[int, PageParts], limits: ReadLimits, recogniser: Recogniser
) -> Iterator[PageParts]:
    """The parts of scanned pages, given by their numbers from 0, in their order; raises Unreadable for too many."""
    if not scans:
        return
    if len(scans) > limits.ocr_pages:
        raise Unreadable(
            f"The PDF has {len(scans):,} scanned pages; the text of {limits.ocr_pages:,} is recognised at most. "
            "Cut it up and feed the parts."
        )
    more_time(len(scans) * limits.ocr_seconds)
    yield from in_order(_work(document, scans, recogniser))


def _work(document: Any, scans: Mapping[int, PageParts], recogniser: Recogniser) -> Iterator[Callable[[], PageParts]]:
    """Draws page by page, in the caller's thread, for which PDFium is made."""
    for number, kept in scans.items():
        page = document[number]
        try:
            picture, scale = drawn(page)
        finally:
            page.close()
        yield partial(_read, recogniser, kept, picture, scale)


def _read(recogniser: Recogniser, kept: PageParts, picture: Image, scale: float) -> PageParts:
    return with_recognised(kept, levelled(recogniser.page(picture, 72 * scale)))


def _objects(page: Any) -> int:
    import pypdfium2.raw as pdfium

    return pdfium.FPDFPage_CountObjects(page.raw)


def _covered(page: Any) -> float:
    """Area of the page's largest picture, in square points."""
    import pypdfium2.raw as pdfium

    boxes = (item.get_bounds() for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST))
    return max((abs((right - left) * (top - bottom)) for left, bottom, right, top in boxes), default=0.0)
