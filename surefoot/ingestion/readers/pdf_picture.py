"""Draws a page of a PDF or of an image with a quote marked on it, or with the page's chunks outlined."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFont

from surefoot.ingestion.errors import PageMissing
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.image import image_format, page_of_image
from surefoot.ingestion.readers.ocr import ocr_available
from surefoot.ingestion.readers.ocr_page import Recogniser
from surefoot.ingestion.readers.pdf import open_pdf
from surefoot.ingestion.readers.pdf_boxes import areas, boxes
from surefoot.ingestion.readers.pdf_page import Word, take
from surefoot.ingestion.readers.pdf_scan import drawn, is_scan, with_recognised
from surefoot.ingestion.readers.pdf_shapes import Box

_WIDTH = 1_000
"""Pixels of the picture's width."""
_TALLEST = 2_400
_LARGEST_SCALE = 4.0
_MARKER = (255, 233, 120)
_OUTLINES = ((31, 98, 178), (178, 84, 18))
"""Blue and brown: told apart by the colour-blind, and dark enough on white."""
_MARGIN = 2
"""Pixels by which a mark is larger than its words."""
_LETTERS = 18
"""Pixels of a number's height."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as a picture in colour, with its words."""

    picture: Image.Image
    words: Sequence[Word]
    scale: float
    """Pixels of the picture to a point of the words' boxes."""


def render(data: bytes, page: int, quote: str, limits: ReadLimits) -> bytes:
    """The page (from 1) as PNG, some 1,000 pixels wide; raises PageMissing where there is no such page."""
    sheet = _sheet(data, page, limits, with_words=any(c.isalnum() for c in quote))
    return _png(_marked(sheet.picture, [_scaled(box, sheet.scale) for box in boxes(sheet.words, quote)]))


def outline(data: bytes, page: int, texts: Sequence[str], limits: ReadLimits) -> bytes:
    """The page (from 1) as PNG with each text's place outlined and numbered; raises PageMissing."""
    sheet = _sheet(data, page, limits, with_words=bool(texts))
    pen = ImageDraw.Draw(sheet.picture)
    for number, found in enumerate(areas(sheet.words, texts)):
        for box in found:
            _outlined(pen, _scaled(box, sheet.scale), number, first=box is found[0])
    return _png(sheet.picture)


def _sheet(data: bytes, page: int, limits: ReadLimits, *, with_words: bool) -> _Sheet:
    if image_format(data):
        return _image_sheet(data, page, limits, with_words=with_words)
    document = open_pdf(data)
    if not 1 <= page <= len(document):
        raise PageMissing(f"The document has {len(document)} pages, so there is no page {page}.")
    sheet = document[page - 1]
    scale = _fitting(sheet.get_width(), sheet.get_height())
    picture = sheet.render(scale=scale).to_pil().convert("RGB")
    return _Sheet(picture, _words(sheet) if with_words else (), scale)


def _image_sheet(data: bytes, page: int, limits: ReadLimits, *, with_words: bool) -> _Sheet:
    grey, dots = page_of_image(data, page, limits)
    words = Recogniser().page(grey, dots).words if with_words and ocr_available() else ()
    points = grey.width * 72 / dots, grey.height * 72 / dots
    scale = _fitting(*points)
    size = max(round(points[0] * scale), 1), max(round(points[1] * scale), 1)
    return _Sheet(grey.resize(size, Image.Resampling.LANCZOS).convert("RGB"), words, scale)


def _words(page: Any) -> Sequence[Word]:
    """The page's words, recognised where it is a scan."""
    parts = take(page)
    if is_scan(page, parts.words) and ocr_available():
        picture, scale = drawn(page)
        parts = with_recognised(parts, Recogniser().page(picture, 72 * scale))
    return parts.words


def _fitting(width: float, height: float) -> float:
    return min(_WIDTH / max(width, 1), _TALLEST / max(height, 1), _LARGEST_SCALE)


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


def _outlined(pen: ImageDraw.ImageDraw, box: Box, number: int, *, first: bool) -> None:
    """A frame, and at the upper left corner of a text's first one its number, from 1."""
    colour = _OUTLINES[number % len(_OUTLINES)]
    pen.rectangle((box.x0, box.top, box.x1, box.bottom), outline=colour, width=2)
    if first:
        font = ImageFont.load_default(_LETTERS)
        label = str(number + 1)
        left = max(box.x0 - pen.textlength(label, font) - 6, 0)
        pen.rectangle((left, box.top, left + pen.textlength(label, font) + 6, box.top + _LETTERS + 4), fill=colour)
        pen.text((left + 3, box.top), label, fill="white", font=font)


def _png(picture: Image.Image) -> bytes:
    png = io.BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()
