"""Cuts pipe tables that are too long between their rows, and repeats the header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from surefoot.ingestion.cutting import Block, Count, Piece, cut_lines, cut_prose, is_rule, lines

Span = tuple[int, int]
_BAR = re.compile(r"(?<!\\)\|")
_WIDEST_HEADER = 0.6
"""Share of the budget that a header may take; a wider table is cut between its columns too."""
_MARKS_PER_COLUMN = 4
"""Tokens of bars and rule that a column costs."""
_LONGEST_KEY = 24
"""Tokens of a row's first cell that is repeated where the row is cut."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table's lines as spans of the document's text."""

    text: str
    header: Span
    rule: Span
    rows: Sequence[Span]
    budget: int
    count: Count

    @property
    def names(self) -> list[Span]:
        """The cells of the header."""
        return _cells(self.text, self.header)

    @property
    def opening(self) -> str:
        """Header and rule, as they are repeated."""
        return f"{self.text[slice(*self.header)]}\n{_rule(len(self.names))}"


def cut_table(text: str, block: Block, budget: int, count: Count) -> Iterator[Piece]:
    """Pieces of whole rows under the repeated header; rows and headers that do not fit are cut between cells."""
    found = list(lines(text, block.start, block.end))
    if len(found) < 2 or not is_rule(text[slice(*found[1])]):
        yield from cut_lines(text, block, budget, count)
        return
    table = _Table(text, found[0], found[1], found[2:], budget, count)
    if count(text[found[0][0] : found[1][1]]) > _WIDEST_HEADER * budget:
        for row in (table.header, *table.rows):
            yield from _cut_columns(table, row)
    else:
        yield from _cut_rows(table)


def _cut_rows(table: _Table) -> Iterator[Piece]:
    room = table.budget - table.count(table.text[table.header[0] : table.rule[1]])
    group: list[Span] = []
    used = 0
    fresh = True  # the first piece has the header in its span
    for row in table.rows:
        tokens = table.count(table.text[slice(*row)])
        if group and used + tokens > room:
            yield _group(table, group, fresh=fresh)
            group, used, fresh = [], 0, False
        if tokens > room:
            if fresh:
                yield Piece(*table.header)
            fresh = False
            yield from _cut_columns(table, row)
        else:
            group.append(row)
            used += tokens
    if group:
        yield _group(table, group, fresh=fresh)


def _group(table: _Table, rows: Sequence[Span], *, fresh: bool) -> Piece:
    first, last = rows[0][0], rows[-1][1]
    if fresh:
        return Piece(table.header[0], last)
    return Piece(first, last, f"{table.opening}\n{table.text[first:last]}")


def _cut_columns(table: _Table, row: Span) -> Iterator[Piece]:
    """Neighbouring cells of a row under their own column names and after the row's first cell, as many as fit."""
    cells = _cells(table.text, row)
    names = table.names if row != table.header else []
    costs = [_cost(table, cell, names[n : n + 1]) for n, cell in enumerate(cells)]
    group: list[int] = []
    used = 0
    for number, cost in enumerate(costs):
        if group and used + cost > table.budget:
            yield _columns(table, cells, names, group)
            group = []
        if not group:
            used = costs[0] if number and costs[0] <= _LONGEST_KEY else 0
        if used + cost > table.budget:
            yield from cut_prose(table.text, *cells[number], table.budget, table.count)
        else:
            group.append(number)
            used += cost
    if group:
        yield _columns(table, cells, names, group)


def _cost(table: _Table, cell: Span, name: Sequence[Span]) -> int:
    texts = (table.text[slice(*span)] for span in (cell, *name))
    return sum(table.count(text) for text in texts) + _MARKS_PER_COLUMN


def _columns(table: _Table, cells: Sequence[Span], names: Sequence[Span], group: Sequence[int]) -> Piece:
    start, end = cells[group[0]][0], cells[group[-1]][1]
    own = names[group[0] : group[-1] + 1]
    if not own:
        return Piece(start, end)
    text = table.text
    key, of_key = "", ""
    if group[0] and _cost(table, cells[0], names[:1]) <= _LONGEST_KEY:
        key, of_key = f"{text[slice(*cells[0])]}|", f"{text[slice(*names[0])]}|"
    header = f"|{of_key}{text[own[0][0] : own[-1][1]]}|"
    return Piece(start, end, f"{header}\n{_rule(len(group) + bool(key))}\n|{key}{text[start:end]}|")


def _rule(columns: int) -> str:
    return f"|{' - |' * columns}"


def _cells(text: str, row: Span) -> list[Span]:
    """Spans of a row's cells between its bars."""
    bars = [row[0] + found.start() for found in _BAR.finditer(text[slice(*row)])]
    return [(left + 1, right) for left, right in pairwise(bars)] or [row]
