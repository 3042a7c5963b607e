"""Leaves out words of a PDF page that nobody can see: white letters on white paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from surefoot.ingestion.readers.pdf_page import PageParts
from surefoot.ingestion.readers.pdf_shapes import Box

_LARGEST_PICTURE = 2_000
"""Pixels of the longer side; a page may claim any size."""
_CONTRAST = 24
"""Difference of grey levels (0 to 255) from which letters are seen on their ground."""


def without_invisible(page: Any, parts: PageParts) -> PageParts:
    """The page's parts, less white words that cannot be told from what lies behind them."""
    if not any(word.white for word in parts.words):
        return parts
    scale = min(2.0, _LARGEST_PICTURE / max(parts.width, parts.height, 1.0))
    picture = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    seen = tuple(word for word in parts.words if not word.white or _is_seen(picture, word.box, scale))
    return replace(parts, words=seen)


def _is_seen(picture: Any, box: Box, scale: float) -> bool:
    left, top = max(int(box.x0 * scale), 0), max(int(box.top * scale), 0)
    right, bottom = min(int(box.x1 * scale) + 1, picture.width), min(int(box.bottom * scale) + 1, picture.height)
    if right <= left or bottom <= top:
        return False  # off the page
    darkest, lightest = picture.crop((left, top, right, bottom)).getextrema()
    return lightest - darkest > _CONTRAST
