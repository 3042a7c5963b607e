"""Reads images of documents (PNG, JPEG, TIFF with many pages) by recognising their text."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from surefoot.ingestion.errors import PageMissing, Unreadable
from surefoot.ingestion.limits import ReadLimits, more_time
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.image_grey import grey
from surefoot.ingestion.readers.ocr import MISSING, ocr_available
from surefoot.ingestion.readers.ocr_page import Recogniser, in_order, levelled
from surefoot.ingestion.readers.pdf_layout import laid_out, outlined
from surefoot.ingestion.readers.pdf_page import PageParts
from surefoot.ingestion.readers.pdf_titles import title_of
from surefoot.ingestion.results import Content

if TYPE_CHECKING:
    from PIL.Image import Image

_MAGIC = {
    b"\x89PNG\r\n\x1a\n": Format.PNG,
    b"\xff\xd8\xff": Format.JPEG,
    b"II*\x00": Format.TIFF,
    b"MM\x00*": Format.TIFF,
}
_MOST_PIXELS = 80_000_000
"""Pixels of one page: A3 at 600 dots an inch has 70 million; in colour they take 320 MB."""


def image_format(data: bytes) -> Format | None:
    """Which kind of image the bytes are, or None."""
    return next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)


def read_image(data: bytes, limits: ReadLimits) -> Content:
    """The image's text, a page of the file a page; raises Unreadable for broken and for huge images.

    Raises Unreadable too where no text can be recognised on this machine.
    """
    if not ocr_available():
        raise Unreadable(MISSING)
    picture = _opened(data)
    count = _checked(picture, limits)
    more_time(count * limits.ocr_seconds)
    recogniser = Recogniser()
    pages = [laid_out(parts) for parts in in_order(_work(picture, count, recogniser))]
    kind = image_format(data) or Format.PNG
    sections = outlined(pages).sections()
    recognised = sum(bool(page.items) for page in pages)
    missing = tuple(sorted(recogniser.missing))
    return Content(kind, title_of(pages), sections, count, recognised=recognised, missing_languages=missing)


def page_of_image(data: bytes, page: int, limits: ReadLimits) -> tuple[Image, float]:
    """A page (from 1) in grey and its dots an inch, as it is recognised; raises PageMissing and Unreadable."""
    picture = _opened(data)
    count = _checked(picture, limits)
    if not 1 <= page <= count:
        raise PageMissing(f"The document has {count} pages, so there is no page {page}.")
    return _decoded(picture, page - 1)


def _work(picture: Image, count: int, recogniser: Recogniser) -> Iterator[Callable[[], PageParts]]:
    for number in range(count):
        yield partial(_read, recogniser, *_decoded(picture, number))


def _read(recogniser: Recogniser, picture: Image, dpi: float) -> PageParts:
    return levelled(recogniser.page(picture, dpi))


@contextmanager
def _may_be_broken() -> Generator[None]:
    """What goes wrong while an image is decoded becomes Unreadable."""
    try:
        yield
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, struct.error) as error:
        raise Unreadable("The image is damaged and cannot be opened. Save it again and feed that.") from error


def _opened(data: bytes) -> Image:
    """The image, not yet decoded."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the limit here is stricter, and says how large the image is
    with _may_be_broken():
        return Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF"))


def _decoded(picture: Image, number: int) -> tuple[Image, float]:
    with _may_be_broken():
        picture.seek(number)
        return grey(picture)


def _checked(picture: Image, limits: ReadLimits) -> int:
    """Number of pages; raises Unreadable where one is too large, or there are too many, before any is decoded."""
    count = 0
    while _has(picture, count):
        if picture.width * picture.height > _MOST_PIXELS:
            raise Unreadable(_too_large(f"{picture.width:,} × {picture.height:,}"))
        count += 1
        if picture.format != "TIFF":  # the frames of a moving picture are no pages
            break
        if count > limits.ocr_pages:
            raise Unreadable(
                f"The image has more than {limits.ocr_pages:,} pages; the text of so many is recognised at most. "
                "Cut it up and feed the parts."
            )
    return count


def _has(picture: Image, number: int) -> bool:
    """Go to a page, from 0; False where there is none."""
    with _may_be_broken():
        try:
            picture.seek(number)
        except EOFError:
            return False
    return True


def _too_large(size: str) -> str:
    return f"The image has {size} pixels; {_MOST_PIXELS:,} are the limit. Save it smaller and feed that."
