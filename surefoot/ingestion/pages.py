"""Page images of PDF documents, with a quote marked."""

from __future__ import annotations

from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.sandbox import shared


def render_page(pdf: bytes, page: int, quote: str, limits: ReadLimits | None = None) -> bytes:
    """A page (from 1) as PNG, some 1,000 pixels wide, with the quote's places marked; drawn in the reading process.

    A quote that is not on the page marks nothing. Raises PageMissing, or Unreadable where it is no PDF.
    """
    return shared(limits or ReadLimits()).render(pdf, page, quote)
