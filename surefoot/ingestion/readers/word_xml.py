"""Finds its way in the XML of a Word file and reads its styles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from surefoot.ingestion.readers.packages import Node

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_BODY_LEVEL = 9
"""The outline level of body text (ECMA-376 part 1, 17.3.1.20); 0 to 8 are headings."""
_LONGEST_CHAIN = 20
"""Styles that may be based on one another; the standard allows any number, hostile files a circle."""


def children(node: Node | None, *names: str) -> Iterator[Node]:
    """The direct children with these names of Word's own namespace."""
    wanted = {W + name for name in names}
    for child in node if node is not None else ():
        if child.tag in wanted:
            yield child


def child(node: Node | None, *path: str) -> Node | None:
    """The first child, grandchild … along a path of names, or None."""
    for name in path:
        node = node.find(W + name) if node is not None else None
    return node


def value(node: Node | None, *path: str) -> str | None:
    """The 'val' attribute at the end of a path of names, or None."""
    found = child(node, *path)
    return found.get(f"{W}val") if found is not None else None


def is_on(node: Node | None, *path: str) -> bool:
    """Whether a switch such as bold is there and not set to false."""
    found = child(node, *path)
    return found is not None and found.get(f"{W}val") not in ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Style:
    """What matters of a paragraph style, inherited values included."""

    level: int | None = None
    """Outline level from 1; 0 for the document's title; None for body text."""
    numbering: tuple[str, int] | None = None
    """List id and level."""
    hidden: bool = False
    bold: bool = False


class Styles:
    """The paragraph styles of a Word file by their id."""

    def __init__(self, root: Node | None) -> None:
        self._nodes = {node.get(f"{W}styleId"): node for node in children(root, "style")}
        self._known: dict[str | None, Style] = {}

    def get(self, style_id: str | None) -> Style:
        """A style with what it inherits; an unknown one is body text."""
        if style_id not in self._known:
            self._known[style_id] = self._resolved(style_id)
        return self._known[style_id]

    def _resolved(self, style_id: str | None) -> Style:
        chain: list[Node] = []
        while style_id in self._nodes and len(chain) < _LONGEST_CHAIN:
            chain.append(self._nodes[style_id])
            style_id = value(chain[-1], "basedOn")
        levels = (_level(node) for node in chain)
        numberings = (numbering_of(child(node, "pPr")) for node in chain)
        return Style(
            level=next((level for level in levels if level is not None), None),
            numbering=next((found for found in numberings if found), None),
            hidden=any(is_on(node, "rPr", "vanish") for node in chain),
            bold=any(is_on(node, "rPr", "b") for node in chain),
        )


def outline_level(properties: Node | None) -> int | None:
    """The heading level from 1 that a paragraph's properties state, or None."""
    stated = value(properties, "outlineLvl")
    return int(stated) + 1 if stated and stated.isdecimal() and int(stated) < _BODY_LEVEL else None


def numbering_of(properties: Node | None) -> tuple[str, int] | None:
    """The list id and level that a paragraph's properties state, or None."""
    found = child(properties, "numPr")
    if found is None:
        return None
    level = value(found, "ilvl") or "0"
    return value(found, "numId") or "", int(level) if level.isdecimal() else 0


def _level(style: Node) -> int | None:
    name = (value(style, "name") or "").strip()
    if name.lower() == "title":
        return 0
    named = _HEADING.fullmatch(name)
    return int(named.group(1)) if named else outline_level(child(style, "pPr"))
