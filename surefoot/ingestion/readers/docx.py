"""Reads Word files (DOCX): headings with numbers, lists, tables, text boxes, notes, headers; hidden text stays out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.grid import Spanning, spread
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.packages import Node, Package
from surefoot.ingestion.readers.pipes import pipe_table
from surefoot.ingestion.readers.word_lists import Numbering
from surefoot.ingestion.readers.word_seen import WordSight
from surefoot.ingestion.readers.word_text import note_texts, own_text, text_boxes
from surefoot.ingestion.readers.word_xml import (
    Styles,
    W,
    child,
    children,
    is_on,
    numbering_of,
    outline_level,
    value,
)
from surefoot.ingestion.results import Content

_CORE_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|página|pagina|p\.|s\.)?\W*\d*\W*(?:of|von|de|di|sur|/)?\W*\d*)\W*", re.IGNORECASE
)
"""All that a header or footer says that says nothing else."""
_LONGEST_BOLD = 80
"""Characters of a bold paragraph that stands for a heading, in a file without heading styles."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or a table, in reading order."""

    text: str
    level: int | None = None
    """Heading level, 0 for the title, None for body text."""
    mark: str = ""
    depth: int = 0
    """Depth in a list."""
    bold: bool = False


def read_docx(data: bytes) -> Content:
    """Sections by heading styles; by bold lines where no style is a heading. Raises Unreadable for damaged files."""
    parts = Package(data)
    sight = WordSight(parts)
    document = parts.xml("word/document.xml")
    hidden = sight.drop_unseen(document)
    body = child(document, "body")
    if body is None:
        raise Unreadable("The file is damaged: its text is missing. Save it again and feed that.")
    reader = _Reader(parts, sight)
    blocks = [*reader.running("header"), *reader.blocks(body), *reader.running("footer")]
    title = next((b.text for b in blocks if b.level == 0), None)
    sections = _outlined(blocks).sections()
    heading = next((s.heading_path[0] for s in sections if s.heading_path), None)
    hidden += reader.hidden
    return Content(Format.DOCX, title or heading or _core_title(parts), sections, hidden=hidden)


def _core_title(parts: Package) -> str | None:
    core = parts.xml("docProps/core.xml")
    return (core.findtext(_CORE_TITLE) or "").strip() or None if core is not None else None


def _outlined(blocks: list[_Block]) -> Outline:
    outline = Outline()
    styled = any(block.level for block in blocks)
    items: list[str] = []
    for block in blocks:
        level = _heading_level(block, styled)
        if block.mark and level is None:
            indent = "  " * min(block.depth, 6)
            items.append(f"{indent}{block.mark} {block.text}".replace("\n", f"\n{indent}  "))
            continue
        outline.block("\n".join(items))
        items = []
        if level is None:
            outline.block(block.text)
        else:
            outline.heading(max(level, 0), f"{block.mark} {block.text}".strip())
    outline.block("\n".join(items))
    return outline


def _heading_level(block: _Block, styled: bool) -> int | None:
    if block.level is not None or styled:
        return block.level
    short = len(block.text) <= _LONGEST_BOLD and "\n" not in block.text
    return 1 if block.bold and short and not block.text.endswith((".", ":", ",", ";")) else None


class _Reader:
    """Walks the body of a Word file; the XML parser bounds how deep it nests."""

    def __init__(self, parts: Package, sight: WordSight) -> None:
        self._parts = parts
        self._sight = sight
        self._styles = Styles(parts.xml("word/styles.xml"))
        self._numbering = Numbering(parts.xml("word/numbering.xml"))
        notes = {kind: parts.xml(f"word/{kind}.xml") for kind in ("footnotes", "endnotes")}
        self.hidden = sum(sight.drop_unseen(root) for root in notes.values())
        """Places in notes, headers and footers whose text nobody sees."""
        self._notes = note_texts(notes)

    def running(self, kind: str) -> Iterator[_Block]:
        """What stands at the top ('header') or foot ('footer') of the pages, each text once."""
        seen: set[str] = set()
        for found, part in self._parts.relations("word/document.xml").values():
            root = self._parts.xml(part) if found == kind else None
            self.hidden += self._sight.drop_unseen(root)
            for block in self.blocks(root) if root is not None else ():
                if not _PAGE_NUMBER.fullmatch(block.text) and block.text not in seen:
                    seen.add(block.text)
                    yield _Block(f"{kind.capitalize()}: {block.text}" if "\n" not in block.text else block.text)

    def blocks(self, parent: Node) -> Iterator[_Block]:
        """Paragraphs and tables; those in content controls and accepted insertions too."""
        for node in parent:
            if node.tag == f"{W}p":
                yield from self._paragraph(node)
            elif node.tag == f"{W}tbl":
                yield from self._table(node)
            elif node.tag in (f"{W}sdt", f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}sdtContent"):
                yield from self.blocks(node)

    def _paragraph(self, node: Node) -> Iterator[_Block]:
        properties = child(node, "pPr")
        style = self._styles.get(value(properties, "pStyle"))
        found = own_text(node)
        text = "" if style.hidden else found.text
        level = outline_level(properties)
        level = style.level if level is None else level
        numbering = numbering_of(properties) or style.numbering
        if text:
            mark = self._numbering.mark(*numbering) if numbering else ""
            depth = numbering[1] if numbering else 0
            yield _Block(text, level, mark, depth, found.bold or style.bold)
        for box in text_boxes(node):
            yield from self.blocks(box)
        yield from (_Block(f"Note: {self._notes[key]}") for key in found.notes if self._notes.get(key))

    def _table(self, node: Node) -> Iterator[_Block]:
        rows = [row for row in _rows(node) if not is_on(row, "trPr", "del")]
        grid = spread(self._merged([self._cells(row) for row in rows]))
        if all(sum(bool(text) for text in line) <= 1 for line in grid):  # a frame around text
            for row in rows:
                for cell in children(row, "tc"):
                    yield from self.blocks(cell)
        else:
            yield _Block(pipe_table(grid))

    def _cells(self, row: Node) -> list[tuple[str, int, bool]]:
        """Text, columns spanned, and whether the cell continues the one above."""
        before = value(row, "trPr", "gridBefore") or "0"
        late = [("", 1, False)] * min(int(before), 100) if before.isdecimal() else []
        return [*late, *((self._cell_text(c), _span(c), _continues(c)) for c in _cells_of(row))]

    def _cell_text(self, cell: Node) -> str:
        return " ".join(f"{b.mark} {b.text}".strip() for b in self.blocks(cell))

    @staticmethod
    def _merged(rows: list[list[tuple[str, int, bool]]]) -> list[list[Spanning]]:
        """Repeat the text of a cell in the rows that continue it."""
        above: dict[int, str] = {}
        merged: list[list[Spanning]] = []
        for row in rows:
            column = 0
            line: list[Spanning] = []
            for text, columns, continues in row:
                above[column] = above.get(column, "") if continues else text
                line.append((above[column], columns, 1))
                column += columns
            merged.append(line)
        return merged


def _rows(table: Node) -> Iterator[Node]:
    for node in table:
        if node.tag == f"{W}tr":
            yield node
        elif node.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins"):
            yield from _rows(node)


def _cells_of(row: Node) -> Iterator[Node]:
    for node in row:
        if node.tag == f"{W}tc":
            yield node
        elif node.tag in (f"{W}sdt", f"{W}sdtContent"):
            yield from _cells_of(node)


def _span(cell: Node) -> int:
    stated = value(cell, "tcPr", "gridSpan") or "1"
    return min(max(int(stated), 1), 100) if stated.isdecimal() else 1


def _continues(cell: Node) -> bool:
    merge = child(cell, "tcPr", "vMerge")
    return merge is not None and merge.get(f"{W}val") != "restart"
