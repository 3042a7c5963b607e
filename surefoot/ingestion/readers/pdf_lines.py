"""Puts the words of a PDF page into lines and tables, and orders them for reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from surefoot.ingestion.readers.pdf_columns import Row, aligned_table, box_of, distance, is_wrapped, text_of
from surefoot.ingestion.readers.pdf_page import PageParts, Word
from surefoot.ingestion.readers.pdf_rules import Table, ruled_tables
from surefoot.ingestion.readers.pdf_shapes import Box

_GAP = 1.1
"""Space between words, in font sizes, from which they stand in different columns."""
_PITCH = 2.6
"""Distance of two rows of a table without lines, in font sizes, at most."""
_MOST_BLOCKS = 300


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text."""

    text: str
    box: Box
    size: float
    bold: bool
    parts: int = 1
    """Pieces that wide gaps separate, as in a form."""


Item = Line | Table


def reading_order(parts: PageParts) -> list[Item]:
    """Lines and tables of a page in the order in which people read them."""
    ruled = ruled_tables(parts)
    table_of = {number: table for table, numbers in ruled for number in numbers}
    items: list[Item] = []
    for table, run in groupby(enumerate(parts.words), key=lambda pair: table_of.get(pair[0])):
        if table is None:
            items.extend(_lines_and_tables([word for _, word in run]))
        elif table not in items:
            items.append(table)
    return _ordered(items)


def _lines_and_tables(words: Sequence[Word]) -> Iterator[Item]:
    """Lines, with runs of lines whose parts stand under one another turned into tables."""
    rows = list(_rows(words))
    start = 0
    while start < len(rows):
        end = _table_end(rows, start)
        table = aligned_table(rows[start:end])
        if table:
            yield table
            start = end
        else:
            yield from _lines(rows[start])
            start += 1


def _lines(row: Row) -> Iterator[Line]:
    """A row's parts as one line, cut where the size of the letters changes."""
    for _, parts in groupby(row, key=lambda part: part[0].size):
        cut = list(parts)
        yield _line([word for part in cut for word in part], len(cut))


def _rows(words: Sequence[Word]) -> Iterator[Row]:
    """Lines in the file's order, joined where one continues on the same height, cut at wide gaps."""
    row: Row = []
    for word in words:
        last = row[-1][-1] if row else None
        if last is None:
            row = [[word]]
        elif word.line == last.line or _continues(last, word):
            if distance(last.box, word.box) > _GAP * max(word.size, last.size):
                row.append([word])
            else:
                row[-1].append(word)
        else:
            yield row
            row = [[word]]
    if row:
        yield row


def _continues(last: Word, word: Word) -> bool:
    """Whether a word stands on the same height to the right, though the file begins a new line with it."""
    level = abs(last.box.middle[1] - word.box.middle[1]) < 0.35 * max(word.size, 1.0)
    return level and word.box.x0 >= last.box.x1 and abs(last.size - word.size) < 1.5


def _table_end(rows: Sequence[Row], start: int) -> int:
    """Where a run of close rows ends that each have several parts, or one that continues a cell."""
    end = start
    while end < len(rows) and (len(rows[end]) >= 2 or (end - start >= 2 and is_wrapped(rows[end - 1], rows[end]))):
        if end > start and not _close(rows[end - 1], rows[end]):
            break
        end += 1
    return end


def _close(above: Row, below: Row) -> bool:
    step = below[0][0].box.middle[1] - above[0][0].box.middle[1]
    return 0 < step < _PITCH * max(below[0][0].size, above[0][0].size)


def _line(words: Sequence[Word], parts: int) -> Line:
    letters = [word for word in words if any(c.isalnum() for c in word.text)] or words
    sizes: Counter[float] = Counter()
    for word in letters:
        sizes[word.size] += len(word.text)
    return Line(text_of(words), box_of(words), max(sizes, key=sizes.__getitem__), all(w.bold for w in letters), parts)


def _ordered(items: list[Item]) -> list[Item]:
    """The file's order, except that what stands above something in the same column comes before it."""
    blocks = list(_blocks(items))
    if len(blocks) > _MOST_BLOCKS:
        return items
    ordered: list[Item] = []
    while blocks:
        first = next((b for b in blocks if not any(_is_above(o, b) for o in blocks if o is not b)), blocks[0])
        blocks.remove(first)
        ordered.extend(first.items)
    return ordered


@dataclass(eq=False, slots=True)
class _Block:
    """Items that follow one another down a column."""

    items: list[Item]
    box: Box


def _blocks(items: Sequence[Item]) -> Iterator[_Block]:
    block: _Block | None = None
    for item in items:
        if block and _follows(block.items[-1].box, item.box):
            block.items.append(item)
            block.box = block.box.joined(item.box)
        else:
            if block:
                yield block
            block = _Block([item], item.box)
    if block:
        yield block


def _follows(above: Box, below: Box) -> bool:
    """Whether a box lies next under another, in the same column."""
    step = below.middle[1] - above.middle[1]
    height = min(below.bottom - below.top, above.bottom - above.top)
    overlap = min(above.x1, below.x1) - max(above.x0, below.x0)
    return 0 < step < max(4 * height, above.bottom - above.middle[1] + 3 * height) and overlap > 0


def _is_above(above: _Block, below: _Block) -> bool:
    """Whether a block ends before another begins, in a column that they share."""
    overlap = min(above.box.x1, below.box.x1) - max(above.box.x0, below.box.x0)
    narrow = min(above.box.x1 - above.box.x0, below.box.x1 - below.box.x0)
    return above.box.bottom <= below.box.top + 2 and overlap > 0.3 * max(narrow, 1.0)
