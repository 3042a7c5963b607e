"""Brings any picture into the form that text is best recognised in: grey, upright, letters of a usual size."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI = 300.0
_COARSEST, _FINEST = 100.0, 1_200.0
"""Dots an inch that a scanner states; screens and cameras state others, which say nothing."""
_SHORT_SIDE = 2_400
"""Pixels to which the shorter side of a picture of unknown resolution is drawn larger."""
_LARGEST_SCALE = 4.0
_MOST_PIXELS = 20_000_000
"""Pixels of the grey picture: A3 at 300 dots an inch."""
_LONGEST_SIDE = 30_000
"""Pixels; tesseract takes no more than 32,767."""


def grey(picture: Image) -> tuple[Image, float]:
    """The picture in grey on white paper, and its dots an inch (300 where the file does not say)."""
    from PIL import Image, ImageOps

    stated = _stated(picture)
    scale = _scale(picture.size, stated)
    size = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    if picture.format == "JPEG" and scale < 1:
        picture.draft("L", size)  # decodes to a smaller picture
    upright = ImageOps.exif_transpose(_flat(picture))
    if (upright.width < upright.height) != (picture.width < picture.height):
        size = size[1], size[0]
    return upright.resize(size, Image.Resampling.LANCZOS), stated * scale if stated else _DPI


def _scale(size: tuple[int, int], stated: float) -> float:
    wanted = _DPI / stated if stated else max(_SHORT_SIDE / min(size), 1.0)
    return min(wanted, _LARGEST_SCALE, math.sqrt(_MOST_PIXELS / (size[0] * size[1])), _LONGEST_SIDE / max(size))


def _stated(picture: Image) -> float:
    """Dots an inch that the file states, or 0."""
    try:
        stated = float(picture.info.get("dpi", (0.0, 0.0))[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
        return 0.0
    return stated if _COARSEST <= stated <= _FINEST else 0.0


def _flat(picture: Image) -> Image:
    """Grey, with white where the picture is see-through."""
    from PIL import Image

    if picture.mode in ("I;16", "I;16B", "I;16L", "I"):
        return picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode in ("RGBA", "LA", "PA"):
        paper = Image.new("L", picture.size, "white")
        return Image.composite(picture.convert("L"), paper, picture.getchannel("A"))
    return (picture if picture.mode in ("1", "L", "P", "RGB") else picture.convert("RGB")).convert("L")
