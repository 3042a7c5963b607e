"""Reads the flow of text in OpenDocument files: headings, paragraphs, lists, tables, text boxes and notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from surefoot.ingestion.readers.grid import Spanning, spread
from surefoot.ingestion.readers.odf_styles import DRAW, OFFICE, SHOW, TABLE, TEXT, Styles
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.packages import Node
from surefoot.ingestion.readers.pipes import pipe_table
from surefoot.ingestion.readers.unseen import has_words

_UNSEEN = frozenset(
    f"{room}{name}"
    for room, names in (
        (TEXT, "tracked-changes hidden-text sequence-decls variable-decls user-field-decls bookmark ruby-text"),
        (TEXT, "table-of-content alphabetical-index illustration-index table-index page-number"),
        (OFFICE, "annotation annotation-end forms script event-listeners"),
        (SHOW, "notes"),
    )
    for name in names.split()
)
_HIDING = (f"{TEXT}hidden-paragraph",)
_MOST_REPEATED = 100
_MOST_SPACES = 100
_DEEPEST_LIST = 6


@dataclass(slots=True)
class _Words:
    """What a paragraph holds: pieces of text, and what is anchored in it."""

    pieces: list[str] = field(default_factory=list[str])
    boxes: list[Node] = field(default_factory=list[Node])
    notes: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self.pieces).split("\n"))
        return "\n".join(line for line in lines if line)


class Flow:
    """Writes the flow of text into an outline; the XML parser bounds how deep it nests."""

    def __init__(self, styles: Styles, outline: Outline) -> None:
        self._styles = styles
        self._outline = outline
        self.title: str | None = None
        """The paragraph in the style of a title."""
        self.hidden = 0
        """Places with words that are not seen."""

    def write(self, parent: Node) -> None:
        """All that is shown of a text, a section, a text box or a cell."""
        for node in parent:
            if node.tag in _UNSEEN or self._is_hidden(node):
                continue
            if node.tag in (f"{TEXT}h", f"{TEXT}p"):
                self._paragraph(node)
            elif node.tag == f"{TEXT}list":
                self._outline.block("\n".join(self._items(node, 1, node.get(f"{TEXT}style-name"))))
            elif node.tag == f"{TABLE}table":
                self._table(node)
            else:
                self.write(node)

    def plain(self, parent: Node) -> str:
        """All that is shown of a cell or note on one line."""
        texts: list[str] = []
        for node in parent:
            if node.tag in _UNSEEN or self._is_hidden(node):
                continue
            if node.tag in (f"{TEXT}h", f"{TEXT}p"):
                words = self._words(node)
                texts += [words.text.replace("\n", " "), *(self.plain(box) for box in words.boxes), *words.notes]
            else:
                texts.append(self.plain(node))
        return " ".join(text for text in texts if text)

    def _is_hidden(self, node: Node) -> bool:
        """Whether a node is not seen; it is looked at once."""
        hidden = self._hides(node)
        self.hidden += hidden and has_words("".join(node.itertext()))
        return hidden

    def _hides(self, node: Node) -> bool:
        name = node.get(f"{TEXT}style-name")
        if node.tag in (f"{TEXT}p", f"{TEXT}h", f"{TEXT}span") and name and self._styles.is_faint(name, node):
            return not any(self._is_bright(span) for span in node.iter(f"{TEXT}span") if span is not node)
        family = {f"{TEXT}p": "paragraph", f"{TEXT}h": "paragraph", f"{TEXT}span": "text"}.get(node.tag, "")
        if family:
            return self._styles.is_hidden(family, node.get(f"{TEXT}style-name")) or any(
                found.get(f"{TEXT}is-hidden") == "true" for tag in _HIDING for found in node.iter(tag)
            )
        return node.tag == f"{TEXT}section" and node.get(f"{TEXT}display") == "none"

    def _is_bright(self, span: Node) -> bool:
        name = span.get(f"{TEXT}style-name")
        return bool(name) and has_words("".join(span.itertext())) and not self._styles.is_faint(name, span)

    def _paragraph(self, node: Node) -> None:
        words = self._words(node)
        level = _whole(node, f"{TEXT}outline-level", 10) if node.tag == f"{TEXT}h" else None
        if level is None and words.text and self.title is None and self._is_title(node):
            level, self.title = 0, words.text.replace("\n", " ")
        if level is None:
            self._outline.block(words.text)
        else:
            self._outline.heading(level, words.text)
        for box in words.boxes:
            self.write(box)
        for note in words.notes:
            self._outline.block(note)

    def _is_title(self, node: Node) -> bool:
        return self._styles.is_title(node.get(f"{TEXT}style-name"))

    def _items(self, node: Node, level: int, style: str | None) -> Iterator[str]:
        """The lines of a list; an item's further paragraphs and lists stand under it."""
        numbered = self._styles.is_numbered(style, level)
        indent = "  " * min(level - 1, _DEEPEST_LIST)
        count = 0
        for item in node:
            mark = ""
            if item.tag == f"{TEXT}list-item":
                count = _whole(item, f"{TEXT}start-value", 1_000_000, default=count + 1)
                mark = f"{count}." if numbered else "-"
            for part in item:
                if part.tag == f"{TEXT}list":
                    yield from self._items(part, level + 1, part.get(f"{TEXT}style-name") or style)
                elif part.tag in (f"{TEXT}p", f"{TEXT}h") and not self._is_hidden(part):
                    words = self._words(part)
                    text = "\n".join(t for t in (words.text, *map(self.plain, words.boxes), *words.notes) if t)
                    if text:
                        yield f"{indent}{mark or ' '} {text}".replace("\n", f"\n{indent}  ")
                        mark = ""

    def _table(self, node: Node) -> None:
        rows = [[cell for cell in row if cell.tag == f"{TABLE}table-cell"] for row in table_rows(node)]
        grid = spread([[self._cell(cell) for cell in row] for row in rows])
        if all(sum(bool(text) for text in line) <= 1 for line in grid):  # a frame around text
            for cell in (cell for row in rows for cell in row):
                self.write(cell)
        else:
            self._outline.block(pipe_table(grid))

    def _cell(self, cell: Node) -> Spanning:
        columns = _whole(cell, f"{TABLE}number-columns-spanned", _MOST_REPEATED)
        repeated = _whole(cell, f"{TABLE}number-columns-repeated", _MOST_REPEATED)
        rows = _whole(cell, f"{TABLE}number-rows-spanned", 10_000)
        return self.plain(cell), max(columns, repeated), rows

    def _words(self, paragraph: Node) -> _Words:
        words = _Words()
        self._collect(paragraph, words)
        return words

    def _collect(self, node: Node, words: _Words) -> None:
        words.pieces.append(node.text or "")
        for part in node:
            if part.tag == f"{TEXT}s":
                words.pieces.append(" " * _whole(part, f"{TEXT}c", _MOST_SPACES))
            elif part.tag in (f"{TEXT}tab", f"{TEXT}line-break"):
                words.pieces.append("\n" if part.tag == f"{TEXT}line-break" else " ")
            elif part.tag == f"{TEXT}note":
                words.notes += [f"Note: {text}" for body in part.iter(f"{TEXT}note-body") if (text := self.plain(body))]
            elif part.tag.__class__ is str and part.tag.startswith(DRAW):
                words.boxes.append(part)
            elif part.tag.__class__ is str and part.tag not in _UNSEEN and not self._is_hidden(part):
                self._collect(part, words)
            words.pieces.append(part.tail or "")


def table_rows(table: Node) -> Iterator[Node]:
    """The rows of a table in their order, those of its header and of groups too."""
    for node in table:
        if node.tag == f"{TABLE}table-row":
            yield node
        elif node.tag in tuple(f"{TABLE}table-{kind}" for kind in ("header-rows", "rows", "row-group")):
            yield from table_rows(node)


def _whole(node: Node, name: str, most: int, default: int = 1) -> int:
    """A number from 1 that an attribute states, at most `most`."""
    stated = node.get(name) or ""
    return min(max(int(stated), 1), most) if stated.isdecimal() and len(stated) < 20 else default
