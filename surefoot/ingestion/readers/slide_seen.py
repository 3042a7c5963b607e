"""Takes out of a PowerPoint slide what its viewers do not see: hidden shapes, text off the slide or colourless."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from surefoot.ingestion.readers.packages import Node, Package
from surefoot.ingestion.readers.slide_text import A, P, level_of, placeholder
from surefoot.ingestion.readers.unseen import SMALLEST_POINTS, Colour, alike, has_words, hex_colour

_FILLS = ("solidFill", "gradFill", "blipFill", "pattFill", "grpFill")
_SHAPES = ("sp", "pic", "graphicFrame", "grpSp", "cxnSp")
_USUAL_MAP = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_USUAL_SIZE = (9_144_000, 6_858_000)
Rect: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom in EMU."""


@dataclass(frozen=True, slots=True)
class Deck:
    """What holds for all slides of a presentation."""

    package: Package
    size: tuple[int, int] = _USUAL_SIZE

    @classmethod
    def of(cls, package: Package, presentation: Node | None) -> Deck:
        """The size of the slides as the presentation states it."""
        stated = presentation.find(f"{P}sldSz") if presentation is not None else None
        size = (_whole(stated, "cx"), _whole(stated, "cy")) if stated is not None else (None, None)
        return cls(package, (size[0] or _USUAL_SIZE[0], size[1] or _USUAL_SIZE[1]))


class SlideSight:
    """Judges the shapes of one slide by its layout and master."""

    def __init__(self, deck: Deck, sheets: Sequence[Node], theme: Node | None) -> None:
        self._deck = deck
        self._sheets = sheets
        self._colours = _theme_colours(theme)
        maps = (sheet.find(f"{P}clrMap") for sheet in sheets)
        found = next((node for node in maps if node is not None), None)
        self._map = dict(found.attrib) if found is not None else _USUAL_MAP

    def drop_unseen(self, slide: Node) -> int:
        """Remove hidden shapes and empty unseen runs; how many places with words that were."""
        places = 0
        for tree in slide.iterfind(f"{P}cSld/{P}spTree"):
            for shape in list(tree):
                if _hidden(shape) or self._is_off(shape):
                    places += has_words("".join(shape.itertext(f"{A}t")))
                    tree.remove(shape)
        ground = self._slide_ground(slide)
        below: list[Node] = []
        for shape in slide.iter(*(P + name for name in _SHAPES)):
            if shape.tag == f"{P}sp":
                places += self._drop_runs(shape, self._ground(shape, ground, below))
            below.append(shape)
        return places

    def _drop_runs(self, shape: Node, ground: Colour | None) -> int:
        places, before = 0, False
        for paragraph in shape.iter(f"{A}p"):
            for run in paragraph.iter(f"{A}r", f"{A}fld"):
                words = has_words("".join(run.itertext(f"{A}t")))
                hidden = self._is_unseen(run, paragraph, shape, ground)
                places += hidden and words and not before
                before = hidden if words else before
                if hidden:
                    for text in run.iter(f"{A}t"):
                        text.text = None
        return places

    def _is_unseen(self, run: Node, paragraph: Node, shape: Node, ground: Colour | None) -> bool:
        name = f"{P}txBody/{A}lstStyle/{A}lvl{level_of(paragraph) + 1}pPr/{A}defRPr"
        chain = [
            p for p in (run.find(f"{A}rPr"), paragraph.find(f"{A}pPr/{A}defRPr"), shape.find(name)) if p is not None
        ]
        size = next((size for p in chain if (size := _whole(p, "sz")) is not None), None)
        if size is not None and size < 100 * SMALLEST_POINTS:
            return True
        fill = next((p for p in chain if any(p.find(A + kind) is not None for kind in (*_FILLS, "noFill"))), None)
        if fill is None:
            return False
        if fill.find(f"{A}noFill") is not None:
            return fill.find(f"{A}ln/{A}solidFill") is None
        solid = fill.find(f"{A}solidFill")
        if solid is None:
            return False
        alpha = next((_whole(node, "val") for node in solid.iter(f"{A}alpha")), None)
        colour = self._colour(solid)
        faded = alpha is not None and alpha < 5_000
        return faded or (colour is not None and ground is not None and alike(colour, ground))

    def _is_off(self, shape: Node) -> bool:
        rect = _rect(shape)
        if rect is None:
            return False
        left, top, right, bottom = rect
        return right <= 0 or bottom <= 0 or left >= self._deck.size[0] or top >= self._deck.size[1]

    def _ground(self, shape: Node, slide: Colour | None, below: Sequence[Node]) -> Colour | None:
        """What is behind a shape's text; None where that cannot be told."""
        properties = shape.find(f"{P}spPr")
        if properties is not None and any(properties.find(A + kind) is not None for kind in _FILLS):
            solid = properties.find(f"{A}solidFill")
            return self._colour(solid) if solid is not None else None
        none = properties is not None and properties.find(f"{A}noFill") is not None
        styled = shape.find(f"{P}style/{A}fillRef")
        if styled is not None and styled.get("idx") not in (None, "0") and not none:
            return None
        drawn = [
            *below,
            *(s for sheet in self._sheets for s in sheet.iter(*(P + n for n in _SHAPES)) if not placeholder(s)),
        ]
        if placeholder(shape) is not None and not none:
            drawn += [s for sheet in self._sheets for s in sheet.iter(f"{P}sp") if _fits(shape, s)]
        rect = _rect(shape)
        return None if any(_is_filled(other) and _may_cover(_rect(other), rect) for other in drawn) else slide

    def _slide_ground(self, slide: Node) -> Colour | None:
        for sheet in (slide, *self._sheets):
            background = sheet.find(f"{P}cSld/{P}bg")
            if background is not None:
                solid = background.find(f"{P}bgPr/{A}solidFill")
                return self._colour(solid if solid is not None else background.find(f"{P}bgRef"))
        return self._colours.get(self._map.get("bg1", "lt1"))

    def _colour(self, node: Node | None) -> Colour | None:
        """A colour that is stated, or named and found in the theme; None for tints of it."""
        for stated in node if node is not None else ():
            if len(stated) and any(not child.tag.endswith("}alpha") for child in stated):
                return None
            if stated.tag == f"{A}srgbClr":
                return hex_colour(stated.get("val"))
            if stated.tag == f"{A}sysClr":
                return hex_colour(stated.get("lastClr"))
            if stated.tag == f"{A}schemeClr":
                name = stated.get("val") or ""
                return self._colours.get(self._map.get(name, name))
        return None


def _theme_colours(theme: Node | None) -> dict[str, Colour]:
    found: dict[str, Colour] = {}
    for scheme in theme.iter(f"{A}clrScheme") if theme is not None else ():
        for node in scheme:
            for stated in node:
                colour = hex_colour(stated.get("lastClr") or stated.get("val"))
                if colour:
                    found[node.tag.removeprefix(A)] = colour
    return found


def _hidden(node: Node) -> bool:
    return any(own.get("hidden") in ("1", "true") for own in node.iterfind(f"*/{P}cNvPr"))


def _fits(shape: Node, other: Node) -> bool:
    one, two = placeholder(shape), placeholder(other)
    return one is not None and two is not None and (one.index == two.index or one.kind == two.kind)


def _is_filled(shape: Node) -> bool:
    if shape.tag in (f"{P}pic", f"{P}graphicFrame"):
        return True
    properties = shape.find(f"{P}spPr")
    if properties is not None and any(properties.find(A + kind) is not None for kind in _FILLS):
        return True
    styled = shape.find(f"{P}style/{A}fillRef")
    none = properties is not None and properties.find(f"{A}noFill") is not None
    return styled is not None and styled.get("idx") not in (None, "0") and not none


def _may_cover(under: Rect | None, over: Rect | None) -> bool:
    if under is None or over is None:
        return True
    x, y = (over[0] + over[2]) / 2, (over[1] + over[3]) / 2
    return under[0] <= x <= under[2] and under[1] <= y <= under[3]


def _rect(shape: Node) -> Rect | None:
    """Where a shape stands, if it says so itself and stands in no group."""
    parent = shape.getparent()
    if parent is not None and parent.tag == f"{P}grpSp":
        return None
    places: Iterator[Node] = (
        p for tag in (f"{P}spPr/{A}xfrm", f"{P}grpSpPr/{A}xfrm", f"{P}xfrm") for p in shape.iterfind(tag)
    )
    place = next(places, None)
    if place is None:
        return None
    start, size = place.find(f"{A}off"), place.find(f"{A}ext")
    numbers = (_whole(start, "x"), _whole(start, "y"), _whole(size, "cx"), _whole(size, "cy"))
    x, y, width, height = numbers
    return None if x is None or y is None or width is None or height is None else (x, y, x + width, y + height)


def _whole(node: Node | None, name: str) -> int | None:
    try:
        return int(node.get(name) or "") if node is not None else None
    except ValueError:
        return None
