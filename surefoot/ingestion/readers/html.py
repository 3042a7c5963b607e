"""Reads HTML: what a reader of the page would see, as sections of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.etree import ParserError, XMLSyntaxError, iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.grid import Spanning, spread
from surefoot.ingestion.readers.html_seen import drop_unseen, main_part
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.pipes import pipe_table
from surefoot.ingestion.results import Content

_BLOCK = re.compile(
    "address|article|aside|blockquote|body|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|header"
    "|hr|html|legend|li|main|ol|p|section|summary|table|td|th|tr|ul"
)
_HEADING = re.compile("h[1-6]")
_BREAK = "\x00"
_MOST_SPANNED = 100
_DEEPEST = 500
"""Elements in each other; from 2,048 on the parser drops what it finds."""


def read_html(text: str, sheets: Iterable[str] = ()) -> Content:
    """Sections by h1–h6; lists, preformatted text and tables as Markdown. Raises Unreadable for broken pages.

    sheets: style sheets that the page names and that are at hand.
    """
    root = _parsed(text)
    _check_depth(root)
    title = " ".join(" ".join(t.text_content().split()) for t in root.xpath("//head/title"))
    hidden = drop_unseen(root, sheets)
    writer = _Writer()
    writer.walk(main_part(root))
    sections = writer.outline.sections()
    heading = next((s.heading_path[0] for s in sections if s.heading_path), None)
    if heading and title.startswith(heading):
        title = heading  # what follows is the site's name
    return Content(Format.HTML, title or heading, sections, hidden=hidden)


def _parsed(text: str) -> HtmlElement:
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, XMLSyntaxError, ValueError) as error:
        raise Unreadable("The page holds no readable HTML. Save it again from the browser and feed that.") from error


def _check_depth(root: HtmlElement) -> None:
    depth = 0
    for event, _ in iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise Unreadable(f"The page nests over {_DEEPEST} elements in each other, which no document does.")


class _Writer:
    """Turns a tree into an outline, element by element and without recursion: pages nest as deep as they like."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._text: list[str] = []
        self._items: list[str] = []  # lines of the list that is open
        self._lists: list[tuple[str, int]] = []  # kind and last number, outermost first

    def walk(self, root: HtmlElement) -> None:
        """Write all that `root` holds."""
        walker = iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                if self._starts(element):
                    walker.skip_subtree()
                    element.set("data-done", "")
                else:
                    self._add(element.text)
            else:
                if "data-done" not in element.attrib:
                    self._ends(element)
                if element is not root:
                    self._add(element.tail)
        self._close_block()
        self._close_list()

    def _starts(self, element: HtmlElement) -> bool:
        """Open an element; True when all of it is written already."""
        tag = element.tag
        if tag == "br":
            self._text.append(_BREAK)
        elif tag == "table" and _is_data(element):
            self._close_block()
            self._close_list()
            self.outline.block(pipe_table(_cells(element)))
            return True
        elif tag == "pre":
            self._close_block()
            self._block("```\n" + "".join(element.itertext()).strip("\n") + "\n```")
            return True
        elif _HEADING.fullmatch(tag):
            self._close_block()
            self._close_list()
        elif _BLOCK.fullmatch(tag):
            self._opens_block(tag)
        return False

    def _opens_block(self, tag: str) -> None:
        self._close_block()
        if tag in ("ul", "ol"):
            self._lists.append((tag, 0))
        elif tag == "li" and self._lists:
            kind, number = self._lists[-1]
            self._lists[-1] = (kind, number + 1)

    def _ends(self, element: HtmlElement) -> None:
        tag = element.tag
        if _HEADING.fullmatch(tag):
            text = self._taken().replace("\n", " ")
            self.outline.heading(int(tag[1]), text)
        elif tag in ("ul", "ol"):
            self._close_block()
            if self._lists:
                self._lists.pop()
            if not self._lists:
                self._close_list()
        elif _BLOCK.fullmatch(tag):
            self._close_block()

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(text)

    def _taken(self) -> str:
        text = " ".join("".join(self._text).split())
        self._text = []
        lines = (" ".join(line.split()) for line in text.split(_BREAK))
        return "\n".join(line for line in lines if line)

    def _close_block(self) -> None:
        self._block(self._taken())

    def _block(self, text: str) -> None:
        if not text:
            return
        if not self._lists:
            self.outline.block(text)
            return
        kind, number = self._lists[-1]
        mark = "-" if kind == "ul" else f"{max(number, 1)}."
        indent = "  " * min(len(self._lists) - 1, 6)
        self._items.append(f"{indent}{mark} {text}".replace("\n", f"\n{indent}  "))

    def _close_list(self) -> None:
        self.outline.block("\n".join(self._items))
        self._items = []


def _is_data(table: HtmlElement) -> bool:
    """Whether a table holds data; one with a table in it, or with one column, is layout."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    widths = [len(row.xpath("./td|./th")) for row in table.iter("tr")]
    return len(widths) > 1 and max(widths) > 1


def _cells(table: HtmlElement) -> list[list[str]]:
    """Rows of texts; a cell that spans rows is repeated in each."""
    return spread([_row(row) for row in table.iter("tr")])


def _row(row: HtmlElement) -> list[Spanning]:
    return [(_cell_text(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in row.xpath("./td|./th")]


def _cell_text(cell: HtmlElement) -> str:
    return "".join(_pieces(cell))


def _pieces(cell: HtmlElement) -> Iterator[str]:
    for event, element in iterwalk(cell, events=("start", "end")):
        if _BLOCK.fullmatch(element.tag) or element.tag == "br":
            yield " "
        if event == "start":
            yield element.text or ""
        elif element is not cell:
            yield element.tail or ""


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), _MOST_SPANNED) if value.isdecimal() else 1
