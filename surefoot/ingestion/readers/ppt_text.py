"""Reads the texts of an old PowerPoint slide: their kind, the levels of their lists, and tables."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from surefoot.ingestion.readers.pipes import pipe_table
from surefoot.ingestion.readers.ppt_records import Record

_HEADER, _CHARS, _BYTES, _STYLE, _OUTLINE_REFERENCE = 3999, 4000, 4008, 4001, 3998
_TEXT_BOX, _CHILD_ANCHOR, _TERTIARY, _SHAPE, _GROUP = 0xF00D, 0xF00F, 0xF122, 0xF004, 0xF003
_TABLE_ROWS = 0x03A0
"""The property that only a group which is a table has."""
TITLES = (0, 6)
NOTES = 2
_BODIES = (1, 7, 8)
"""Kinds of text whose paragraphs are items unless they say otherwise."""
_TABS = 0x100000
_WIDE = 0x20
_FIELDS = (0x000F, 0x0080, 0x0010, 0x0040, _WIDE, 0x0800, 0x0400, 0x0100, 0x1000, 0x2000, 0x4000, 0x8000, _TABS)
_LATER_FIELDS = (0x10000, 0xE0000, 0x200000)
_DEEPEST_LIST = 5


@dataclass(frozen=True, slots=True)
class Text:
    """One text with the level and the bullet of each of its paragraphs."""

    kind: int
    words: str
    levels: tuple[tuple[int, bool], ...] = ()

    def blocks(self) -> Iterator[str]:
        """Paragraphs, and runs of items as one block."""
        items: list[str] = []
        for number, paragraph in enumerate(self.words.split("\r")):
            level, marked = self.levels[number] if number < len(self.levels) else (0, self.kind in _BODIES)
            lines = (" ".join(line.split()) for line in paragraph.replace("\v", "\n").split("\n"))
            text = "\n".join(line for line in lines if line)
            if text and marked:
                indent = "  " * min(level, _DEEPEST_LIST)
                items.append(f"{indent}- {text}".replace("\n", f"\n{indent}  "))
            elif text:
                yield "\n".join(items)
                items = []
                yield text
        yield "\n".join(items)

    def plain(self) -> str:
        """All of it on one line."""
        return " ".join(self.words.split())


def texts_in(records: Sequence[Record]) -> list[Text]:
    """The texts of a row of records: each begins with its kind, its characters follow, then its styles."""
    texts: list[Text] = []
    kind = 4
    for record in records:
        if record.kind == _HEADER and len(record.body) >= 4:
            kind = struct.unpack_from("<I", record.body)[0]
            texts.append(Text(kind, ""))
        elif record.kind in (_CHARS, _BYTES):
            words = record.body.decode("utf-16-le" if record.kind == _CHARS else "latin-1", "replace")
            if texts and not texts[-1].words:
                texts.pop()
            texts.append(Text(kind, words))
        elif record.kind == _STYLE and texts:
            texts[-1] = Text(kind, texts[-1].words, _levels(record.body, texts[-1]))
    return texts


def slide_texts(drawing: Record, outline: Sequence[Text]) -> Iterator[Text | str]:
    """The texts of a slide's shapes in their order; tables as Markdown. `outline` has those of the placeholders."""
    for record in drawing.children:
        if record.kind == _GROUP and (table := _table(record, outline)):
            yield table
        elif record.kind == _TEXT_BOX:
            yield from _boxed(record, outline)
        else:
            yield from slide_texts(record, outline)


def _boxed(box: Record, outline: Sequence[Text]) -> Iterator[Text]:
    for reference in box.children:
        if reference.kind == _OUTLINE_REFERENCE and len(reference.body) >= 4:
            index = struct.unpack_from("<I", reference.body)[0]
            if index < len(outline):
                yield outline[index]
    yield from texts_in(box.children)


def _table(group: Record, outline: Sequence[Text]) -> str:
    """A group of shapes that is a table, by the places of its cells; '' for any other group."""
    first = group.children[0] if group.children else None
    options = first.first(_TERTIARY) if first else None
    if options is None or not _has_property(options, _TABLE_ROWS):
        return ""
    cells: dict[tuple[int, int], str] = {}
    for shape in group.children[1:]:
        anchor = shape.first(_CHILD_ANCHOR)
        box = shape.first(_TEXT_BOX)
        if shape.kind == _SHAPE and box and anchor and len(anchor.body) >= 16:
            left, top = struct.unpack_from("<ii", anchor.body)
            cells[top, left] = " ".join(text.plain() for text in _boxed(box, outline))
    rows = sorted({top for top, _ in cells})
    columns = sorted({left for _, left in cells})
    if len(rows) * len(columns) > 100_000:
        return ""
    return pipe_table([[cells.get((top, left), "") for left in columns] for top in rows])


def _has_property(options: Record, wanted: int) -> bool:
    count = min(options.instance, len(options.body) // 6)
    return any(struct.unpack_from("<H", options.body, 6 * n)[0] & 0x3FFF == wanted for n in range(count))


def _levels(styles: bytes, text: Text) -> tuple[tuple[int, bool], ...]:
    """Level and bullet of each paragraph; as many as the styles say, which may be cut."""
    levels: list[tuple[int, bool]] = []
    ends = list(accumulate(len(paragraph) + 1 for paragraph in text.words.split("\r")))
    at = covered = 0
    try:
        while len(levels) < len(ends):
            count, level, mask = struct.unpack_from("<IHI", styles, at)
            marked = text.kind in _BODIES
            if mask & 1:
                marked = bool(struct.unpack_from("<H", styles, at + 10)[0] & 1)
            at += 10 + _size(mask, styles, at + 10)
            covered += count
            while len(levels) < len(ends) and ends[len(levels)] <= covered:
                levels.append((level, marked))
            if not count:
                break
    except struct.error:
        pass
    return tuple(levels)


def _size(mask: int, styles: bytes, at: int) -> int:
    """Bytes of the fields that a run's mask says are there."""
    size = 0
    for field in _FIELDS:
        if mask & field and field == _TABS:
            size += 2 + 4 * struct.unpack_from("<H", styles, at + size)[0]
        elif mask & field:
            size += 4 if field == _WIDE else 2
    return size + sum(2 for field in _LATER_FIELDS if mask & field)
