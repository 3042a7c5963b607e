"""Reads what matters of OpenDocument's styles: titles, headings, hidden text, kinds of list."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot.ingestion.readers.packages import Node
from surefoot.ingestion.readers.unseen import SMALLEST_POINTS, WHITE, Colour, alike, hex_colour

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, DRAW, STYLE, SHOW = (
    f"{{{_NAMES}{room}:1.0}}" for room in ("office", "text", "table", "drawing", "style", "presentation")
)
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_PAPER = ("transparent", "#ffffff")
_LONGEST_CHAIN = 20
"""Styles that may inherit from one another; hostile files make it a circle."""


class Styles:
    """The styles of a document by family and name, those of its content and those of its styles part."""

    def __init__(self, *roots: Node | None) -> None:
        self._styles: dict[tuple[str, str], Node] = {}
        self._lists: dict[str, Node] = {}
        pages = (p for root in roots if root is not None for p in root.iter(f"{STYLE}page-layout-properties"))
        self._coloured_pages = any(p.get(f"{FO}background-color", "transparent") not in _PAPER for p in pages)
        for root in reversed(roots):
            for node in root.iter(f"{STYLE}style") if root is not None else ():
                self._styles[node.get(f"{STYLE}family") or "", node.get(f"{STYLE}name") or ""] = node
            for node in root.iter(f"{TEXT}list-style") if root is not None else ():
                self._lists[node.get(f"{STYLE}name") or ""] = node

    def is_title(self, name: str | None) -> bool:
        """Whether a paragraph's style is the document's title, or inherits from it."""
        return any(node.get(f"{STYLE}name") == "Title" for node in self._chain("paragraph", name))

    def is_hidden(self, family: str, name: str | None) -> bool:
        """Whether text, a table or a page of this style is not shown."""
        for node in self._chain(family, name):
            for properties in node:
                stated = (
                    properties.get(f"{TEXT}display")
                    or properties.get(f"{TABLE}display")
                    or properties.get(f"{SHOW}visibility")
                )
                if stated:
                    return stated in ("none", "false", "hidden")
        return False

    def is_faint(self, name: str, node: Node) -> bool:
        """Whether text of a style, of the family 'text' or 'paragraph', is tiny or has the colour of its ground."""
        family = "text" if node.tag == f"{TEXT}span" else "paragraph"
        size = self._stated(family, name, "font-size")
        if size and size.endswith("pt") and _number(size[:-2]) < SMALLEST_POINTS:
            return True
        colour = self._stated(family, name, "color")
        if not colour or not colour.startswith("#"):
            return False
        ink, ground = hex_colour(colour), self._ground(family, name, node)
        return ink is not None and ground is not None and alike(ink, ground)

    def _stated(self, family: str, name: str | None, what: str) -> str:
        for node in self._chain(family, name):
            for properties in node:
                if stated := properties.get(f"{FO}{what}"):
                    return stated
        return ""

    def _ground(self, family: str, name: str, node: Node) -> Colour | None:
        """The nearest colour behind a text; None where it stands in a drawing or on a coloured page."""
        places = [(family, name)]
        for around in node.iterancestors():
            if around.tag.startswith(DRAW):
                return None
            kind = {f"{TEXT}p": "paragraph", f"{TEXT}h": "paragraph", f"{TEXT}span": "text"}.get(around.tag, "")
            own = around.get(f"{TEXT}style-name") if kind else around.get(f"{TABLE}style-name")
            kind = kind or {f"{TABLE}table-cell": "table-cell", f"{TABLE}table": "table"}.get(around.tag, "")
            if kind and own:
                places.append((kind, own))
        for kind, own in places:
            stated = self._stated(kind, own, "background-color")
            if stated and stated != "transparent":
                return hex_colour(stated)
        return None if self._coloured_pages else WHITE

    def is_numbered(self, name: str | None, level: int) -> bool:
        """Whether this level (from 1) of a list has numbers, not bullets."""
        node = self._lists.get(name or "")
        for kind in node if node is not None else ():
            if kind.get(f"{TEXT}level") == str(level):
                return kind.tag == f"{TEXT}list-level-style-number" and bool(kind.get(f"{STYLE}num-format"))
        return False

    def _chain(self, family: str, name: str | None) -> Iterator[Node]:
        for _ in range(_LONGEST_CHAIN):
            node = self._styles.get((family, name or ""))
            if node is None:
                return
            yield node
            name = node.get(f"{STYLE}parent-style-name")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return SMALLEST_POINTS
