"""Makes pictures of pages as a scanner gives them, and files that hold them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from typing import Any

import pypdfium2
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

DOTS = 150
"""Dots an inch of the scans."""
LETTER = (
    "The van with the number 4711 stayed in the workshop until Friday.",
    "Its front axle was replaced after the second inspection, be-",
    "cause the first one had overlooked a crack in the left bearing.",
)


def drawn(draw: Callable[[Canvas], None], size: tuple[float, float] = A4) -> bytes:
    """A PDF of one page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def picture(pdf: bytes, dots: int = DOTS) -> Image.Image:
    """The first page of a PDF in grey."""
    opened: Any = pypdfium2.PdfDocument(pdf)  # its types say that scales are whole numbers
    return opened[0].render(scale=dots / 72, grayscale=True).to_pil().convert("L")


def page(lines: Sequence[str] = LETTER, title: str = "Inspection Report", size: int = 12) -> Image.Image:
    """A picture of a page with a title and lines of text."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawString(60, 760, title)
        canvas.setFont("Helvetica", size)
        for number, line in enumerate(lines):
            canvas.drawString(60, 700 - 1.25 * size * number, line)

    return picture(drawn(draw))


def slanted(image: Image.Image, degrees: float) -> Image.Image:
    """As if the paper had lain askew."""
    return image.rotate(degrees, fillcolor="white", resample=Image.Resampling.BICUBIC)


def specked(image: Image.Image, seed: int = 1) -> Image.Image:
    """With the grain of a bad copy."""
    grain = Image.frombytes("L", image.size, random.Random(seed).randbytes(image.width * image.height))
    return Image.blend(image, grain, 0.25)


def scanned(images: Sequence[Image.Image], stamp: str = "") -> bytes:
    """A PDF whose pages are the pictures, with a line of text written over each."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for image in images:
        size = image.width * 72 / DOTS, image.height * 72 / DOTS
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(image), 0, 0, *size)
        canvas.drawString(20, 10, stamp)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def stored(image: Image.Image, kind: str, **settings: object) -> bytes:
    """The picture as a file of some kind, such as 'PNG'."""
    out = io.BytesIO()
    image.save(out, kind, **settings)
    return out.getvalue()
