"""Takes the runs out of a Word file that nobody sees: hidden, tiny, in the colour of their ground, off the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from surefoot.ingestion.readers.css import inline_declarations, pixels
from surefoot.ingestion.readers.packages import Node, Package
from surefoot.ingestion.readers.unseen import SMALLEST_POINTS, WHITE, Colour, alike, has_words, hex_colour
from surefoot.ingestion.readers.word_xml import W, child, children, is_on, value

_WORDS14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_GROUP = "{http://schemas.microsoft.com/office/word/2010/wordprocessingGroup}wgp"
_PLACE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_THINNEST = 40
"""Twips (1/20 point) of a line or row of exact height below which nothing is seen of its letters."""
_FAR_LEFT = -7_200
"""Twips left of the margin from which text is off the page, whatever its margin."""
_NARROWEST = 5
"""Percent of its width to which a letter may be squeezed and be seen."""
_INCH = 914_400
_HIGHLIGHTS: dict[str, Colour] = {
    "white": WHITE,
    "lightGray": (192, 192, 192),
    "darkGray": (128, 128, 128),
    "black": (0, 0, 0),
    "yellow": (255, 255, 0),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "green": (0, 255, 0),
}
Ground = Colour | None
"""None where it cannot be told, such as a picture: then text is taken to be seen."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the surroundings of a paragraph make of its text."""

    ground: Ground
    unseen: bool
    style: str | None


class WordSight:
    """Knows the styles of a file, and takes what is not seen out of its parts."""

    def __init__(self, parts: Package) -> None:
        root = parts.xml("word/styles.xml")
        self._styles = {node.get(f"{W}styleId"): node for node in children(root, "style")}
        self._defaults = child(root, "docDefaults", "rPrDefault", "rPr")
        kinds = ("paragraph", "character", "table")
        self._usual = {
            kind: next((n.get(f"{W}styleId") for n in self._styles.values() if _is_default(n, kind)), None)
            for kind in kinds
        }
        self._page = self._page_ground(parts)
        self._behind = False

    def drop_unseen(self, root: Node | None) -> int:
        """Empty the runs of a part that are not seen; how many places with words that were."""
        if root is None:
            return 0
        self._behind = any(anchor.get("behindDoc") in ("1", "true") for anchor in root.iter(f"{_PLACE}anchor"))
        settings: dict[Node, _Setting] = {}
        places, before = 0, False
        for run in list(root.iter(f"{W}r")):
            words = has_words("".join(run.itertext(f"{W}t")))
            paragraph = next(run.iterancestors(f"{W}p"), None)
            if paragraph is None:
                continue
            if paragraph not in settings:
                settings[paragraph] = self._setting(paragraph)
            hidden = self._is_unseen(run, settings[paragraph])
            counted = words and next(run.iterancestors(_FALLBACK), None) is None
            places += hidden and counted and not before
            before = hidden if counted else before
            if hidden:
                for text in run.iter(f"{W}t"):
                    text.text = None
        return places

    def _page_ground(self, parts: Package) -> Ground:
        document, settings = parts.xml("word/document.xml"), parts.xml("word/settings.xml")
        background = child(document, "background")
        if background is None or not is_on(settings, "displayBackgroundShape"):
            return WHITE
        return hex_colour(background.get(f"{W}color"))

    def _is_unseen(self, run: Node, setting: _Setting) -> bool:
        if setting.unseen:
            return True
        chain = list(self._chain(run, setting.style))
        if _first_switch(chain, "vanish"):
            return True
        size = _first(chain, "sz")
        if size and size.isdecimal() and int(size) < 2 * SMALLEST_POINTS:
            return True
        squeezed = _first(chain, "w")
        if squeezed and squeezed.isdecimal() and int(squeezed) < _NARROWEST:
            return True
        return self._has_no_contrast(chain, setting.ground)

    def _has_no_contrast(self, chain: list[Node], ground: Ground) -> bool:
        if any(p.find(f"{_WORDS14}textFill/{_WORDS14}noFill") is not None for p in chain[:1]):
            return chain[0].find(f"{_WORDS14}textOutline") is None
        colour = hex_colour(_first(chain, "color"))
        marked = _HIGHLIGHTS.get(_first(chain, "highlight") or "none")
        shaded = next((found for p in chain if (found := _shade(child(p, "shd")))), None)
        behind = marked or shaded or ground
        return colour is not None and behind is not None and alike(colour, behind)

    def _chain(self, run: Node, style: str | None) -> Iterator[Node]:
        """The properties that hold for a run, the nearest first."""
        own = child(run, "rPr")
        if own is not None:
            yield own
        for name in (value(own, "rStyle"), style or self._usual["paragraph"]):
            yield from (found for node in self._based(name) if (found := child(node, "rPr")) is not None)
        if self._defaults is not None:
            yield self._defaults

    def _based(self, name: str | None) -> Iterator[Node]:
        for _ in range(20):  # hostile files make a circle
            node = self._styles.get(name)
            if node is None:
                return
            yield node
            name = value(node, "basedOn")

    def _setting(self, paragraph: Node) -> _Setting:
        properties = child(paragraph, "pPr")
        style = value(properties, "pStyle")
        chain = [p for p in (properties, *(child(s, "pPr") for s in self._based(style))) if p is not None]
        shaded = next((found for p in chain if (found := _shade(child(p, "shd")))), None)
        around = list(paragraph.iterancestors())
        ground = shaded or self._ground(paragraph, around)
        unseen = any(map(_is_flat, chain)) or any(map(_is_off, around)) or any(map(_is_low, around))
        return _Setting(ground, unseen, style)

    def _ground(self, paragraph: Node, around: list[Node]) -> Ground:
        """The colour of the cell, table or text box around a paragraph, else of the page."""
        for node in around:
            if node.tag == f"{W}tc" and (found := _shade(child(node, "tcPr", "shd"))):
                return found
            if node.tag == f"{W}tbl" and self._is_shaded(node):
                return None
            if node.tag == f"{_SHAPE}wsp":
                return self._box_ground(node)
            if node.tag.startswith(_V) and node.get("fillcolor"):
                return hex_colour(node.get("fillcolor", "").split(" ")[0])
        own = paragraph.iter(f"{_PLACE}anchor")
        return None if any(a.get("behindDoc") in ("1", "true") for a in own) else self._page

    def _is_shaded(self, table: Node) -> bool:
        """Whether a table, or a style of it, gives some of its cells a colour."""
        if _shade(child(table, "tblPr", "shd")):
            return True
        styles = self._based(value(table, "tblPr", "tblStyle"))
        return any(_shade(shade) not in (None, WHITE) for style in styles for shade in style.iter(f"{W}shd"))

    def _box_ground(self, shape: Node) -> Ground:
        fill = shape.find(f"{_SHAPE}spPr/{_A}solidFill/{_A}srgbClr")
        if fill is not None:
            return hex_colour(fill.get("val"))
        properties = shape.find(f"{_SHAPE}spPr")
        kinds = ("solidFill", "gradFill", "blipFill", "pattFill", "grpFill")
        if properties is not None and any(properties.find(f"{_A}{kind}") is not None for kind in kinds):
            return None
        styled = shape.find(f"{_SHAPE}style/{_A}fillRef")
        none = properties is not None and properties.find(f"{_A}noFill") is not None
        if styled is not None and styled.get("idx") not in (None, "0") and not none:
            return None
        in_group = next(shape.iterancestors(_GROUP), None) is not None
        return None if in_group or self._behind else self._page


def _is_default(style: Node, kind: str) -> bool:
    return style.get(f"{W}type") == kind and style.get(f"{W}default") in ("1", "true")


def _first(chain: list[Node], name: str) -> str | None:
    return next((found for properties in chain if (found := value(properties, name))), None)


def _first_switch(chain: list[Node], name: str) -> bool:
    return next((is_on(properties, name) for properties in chain if child(properties, name) is not None), False)


def _shade(shade: Node | None) -> Ground:
    return hex_colour(shade.get(f"{W}fill")) if shade is not None else None


def _number(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None


def _is_flat(properties: Node) -> bool:
    """Whether a paragraph's lines are too low to see, or lie left of the page."""
    spacing, indent, frame = (child(properties, name) for name in ("spacing", "ind", "framePr"))
    if spacing is not None and spacing.get(f"{W}lineRule") == "exact":
        height = _number(spacing.get(f"{W}line"))
        if height is not None and height < _THINNEST:
            return True
    left = _number(indent.get(f"{W}left") or indent.get(f"{W}start")) if indent is not None else None
    sides = [_number(frame.get(f"{W}{side}")) for side in "xy"] if frame is not None else []
    return any(far is not None and far <= _FAR_LEFT for far in (left, *sides))


def _is_low(node: Node) -> bool:
    """Whether a table's row is too low to see anything in it."""
    if node.tag != f"{W}tr":
        return False
    height = child(node, "trPr", "trHeight")
    stated = _number(height.get(f"{W}val")) if height is not None and height.get(f"{W}hRule") == "exact" else None
    return stated is not None and stated < _THINNEST


def _is_off(node: Node) -> bool:
    """Whether a drawing is hidden, too small, or off the page."""
    if node.tag.startswith(_V):
        return _is_vml_off(node.get("style") or "")
    if node.tag not in (f"{_PLACE}anchor", f"{_PLACE}inline"):
        return False
    named, extent = node.find(f"{_PLACE}docPr"), node.find(f"{_PLACE}extent")
    if node.get("hidden") in ("1", "true") or (named is not None and named.get("hidden") in ("1", "true")):
        return True
    for side, way in (("cx", "H"), ("cy", "V")):
        length = _number(extent.get(side)) if extent is not None else None
        offset = _number(node.findtext(f"{_PLACE}position{way}/{_PLACE}posOffset"))
        if length is not None and length < _INCH // 30:
            return True
        if offset is not None and (offset + (length or 0) < -2 * _INCH or offset > 25 * _INCH):
            return True
    return False


def _is_vml_off(style: str) -> bool:
    own = {name: value for name, value, _ in inline_declarations(style)}
    if any(token.type == "ident" and token.lower_value == "hidden" for token in own.get("visibility", ())):
        return True
    sides = [token for side in ("margin-left", "margin-top", "left", "top") for token in own.get(side, ())]
    return any((length := pixels(token)) is not None and (length < -500 or length > 3_000) for token in sides)
