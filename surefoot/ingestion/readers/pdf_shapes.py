"""Boxes on a PDF page, and the ruling lines that are drawn on it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

Point = Callable[[float, float], tuple[float, float]]
"""Turns a point of the file into one of the page as shown: from the left and from the top, in points (1/72 inch)."""
_DEEPEST_FORM = 8
_MOST_SEGMENTS = 20_000


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points from the page's upper left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def joined(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.x0, other.x0), min(self.top, other.top), max(self.x1, other.x1), max(self.bottom, other.bottom)
        )


def shown(page: Any) -> Point:
    """The way from a page's own coordinates to those of the page as shown."""
    left, bottom, right, top = page.get_cropbox()
    match page.get_rotation():
        case 90:
            return lambda x, y: (y - bottom, x - left)
        case 180:
            return lambda x, y: (right - x, y - bottom)
        case 270:
            return lambda x, y: (top - y, right - x)
        case _:
            return lambda x, y: (x - left, top - y)


def ruling(raw: Any, way: Point) -> Iterator[Box]:
    """Straight edges of the page's paths, those in forms too; stops at a number that no table reaches."""
    left = _MOST_SEGMENTS
    for path, points in _paths(raw, way, 0):
        left -= pdfium.FPDFPath_CountSegments(path)
        if left < 0:
            return
        yield from _edges(path, points)


def _paths(holder: Any, way: Point, depth: int) -> Iterator[tuple[Any, Point]]:
    count, get = (
        (pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject)
        if depth == 0
        else (pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject)
    )
    for number in range(min(max(count(holder), 0), _MOST_SEGMENTS)):
        item = get(holder, number)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield item, _placed(way, item)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            yield from _paths(item, _placed(way, item), depth + 1)


def _placed(way: Point, item: Any) -> Point:
    """The way from an object's own coordinates to the page as shown."""
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return way
    a, b, c, d, e, f = matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
    return lambda x, y: way(a * x + c * y + e, b * x + d * y + f)


def _edges(path: Any, point: Point) -> Iterator[Box]:
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for number in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        here = point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield from _straight(last, here)
        last = here
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield from _straight(last, start)
            last = start


def _straight(a: tuple[float, float], b: tuple[float, float]) -> Iterator[Box]:
    """An edge that is level or upright and longer than a dot."""
    box = Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    wide, high = box.x1 - box.x0, box.bottom - box.top
    if min(wide, high) < 1 and max(wide, high) > 2:
        yield box
