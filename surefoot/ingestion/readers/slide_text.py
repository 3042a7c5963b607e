"""Reads the paragraphs of PowerPoint's shapes and tells which are items of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surefoot.ingestion.readers.packages import Node

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BODIES = ("body", "obj", "subTitle", "")
"""Kinds of placeholder whose text the master's body style formats."""
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a shape says of the place that it fills."""

    kind: str
    index: str


def placeholder(shape: Node) -> Placeholder | None:
    """The placeholder that a shape fills, or None."""
    found = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return None if found is None else Placeholder(found.get("type") or "", found.get("idx") or "0")


def paragraph_text(paragraph: Node) -> str:
    """The lines of a paragraph, white space folded; slide numbers left out."""
    lines = ("".join(_pieces(paragraph))).split("\n")
    folded = (" ".join(line.split()) for line in lines)
    return "\n".join(line for line in folded if line)


def _pieces(node: Node) -> Iterator[str]:
    for part in node:
        if part.tag in (f"{A}t", _MATH):
            yield part.text or ""
        elif part.tag in (f"{A}br", f"{A}tab"):
            yield "\n" if part.tag == f"{A}br" else " "
        elif part.tag != _FALLBACK and not (part.tag == f"{A}fld" and part.get("type") == "slidenum"):
            yield from _pieces(part)


def level_of(paragraph: Node) -> int:
    """The depth of a paragraph in its list, from 0."""
    properties = paragraph.find(f"{A}pPr")
    stated = (properties.get("lvl") if properties is not None else None) or "0"
    return min(int(stated), _DEEPEST) if stated.isdecimal() else 0


class Bullets:
    """Finds where a bullet may be stated: by a shape, the layout that it follows, or the master."""

    def __init__(self, sheets: Sequence[Node]) -> None:
        self._sheets = sheets
        """The slide's layout and master."""

    def styles(self, shape: Node) -> list[Node]:
        """The lists of styles that hold for a shape, the nearest first."""
        return list(self._styles(shape))

    def _styles(self, shape: Node) -> Iterator[Node]:
        yield from shape.iterfind(f"{P}txBody/{A}lstStyle")
        place = placeholder(shape)
        if place is None:
            return
        for sheet in self._sheets:
            for other in sheet.iter(f"{P}sp"):
                if _fits(place, placeholder(other)):
                    yield from other.iterfind(f"{P}txBody/{A}lstStyle")
        name = "bodyStyle" if place.kind in _BODIES else "titleStyle" if "itle" in place.kind else "otherStyle"
        for sheet in self._sheets:
            yield from sheet.iterfind(f"{P}txStyles/{P}{name}")


def _fits(place: Placeholder, other: Placeholder | None) -> bool:
    if other is None:
        return False
    return place.index == other.index if place.index != "0" else place.kind == other.kind


def bullet(styles: Sequence[Node], paragraph: Node) -> str:
    """'-' for a bullet, '1.' for a number, '' for none, as the paragraph or the nearest style states it."""
    name = f"{A}lvl{level_of(paragraph) + 1}pPr"
    for properties in (paragraph.find(f"{A}pPr"), *(style.find(name) for style in styles)):
        stated = _bullet(properties)
        if stated is not None:
            return stated
    return ""


def _bullet(properties: Node | None) -> str | None:
    """What these properties say of a bullet, or None where they say nothing."""
    if properties is None:
        return None
    if properties.find(f"{A}buNone") is not None:
        return ""
    if properties.find(f"{A}buAutoNum") is not None:
        return "1."
    return "-" if any(properties.find(f"{A}{name}") is not None for name in ("buChar", "buBlip")) else None
