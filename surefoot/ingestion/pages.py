"""Page images of PDF documents and of images, with a quote marked or the page's chunks outlined."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.sandbox import shared


def render_page(data: bytes, page: int, quote: str, limits: ReadLimits | None = None) -> bytes:
    """A page (from 1) as PNG, some 1,000 pixels wide, with the quote's places marked; drawn in the reading process.

    The text of a scanned page is recognised anew, which takes some seconds. A quote that is not on the page marks
    nothing. Raises PageMissing, or Unreadable where it is neither a PDF nor an image.
    """
    return shared(limits or ReadLimits()).render(data, page, quote)


def outline_page(data: bytes, page: int, texts: Sequence[str], limits: ReadLimits | None = None) -> bytes:
    """A page (from 1) as PNG, some 1,000 pixels wide, with each text outlined and numbered from 1, in turn two colours.

    Made to show where a page was cut into chunks: give their texts in their order. A text that is not on the page
    leaves its number out. Raises PageMissing, or Unreadable where it is neither a PDF nor an image.
    """
    return shared(limits or ReadLimits()).outline(data, page, texts)
