"""Reads what matters of OpenDocument's styles: titles, headings, hidden text, kinds of list."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot.ingestion.readers.packages import Node

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, DRAW, STYLE, SHOW = (
    f"{{{_NAMES}{room}:1.0}}" for room in ("office", "text", "table", "drawing", "style", "presentation")
)
_LONGEST_CHAIN = 20
"""Styles that may inherit from one another; hostile files make it a circle."""


class Styles:
    """The styles of a document by family and name, those of its content and those of its styles part."""

    def __init__(self, *roots: Node | None) -> None:
        self._styles: dict[tuple[str, str], Node] = {}
        self._lists: dict[str, Node] = {}
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
