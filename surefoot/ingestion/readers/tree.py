"""Writes trees of data as Markdown: keys as headings or labels, records of one kind as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.pipes import pipe_table

_DEEPEST = 100
_HEADINGS = 5
"""Levels that become headings; what lies deeper is labelled with its path."""
_INLINE = 120
"""Characters of a list of plain values that stands on one line."""
_LONGEST_CELL = 300
_MOST_COLUMNS = 40
_LEAST_FILLED = 0.4
"""Share of a table's cells that must be filled; sparser records are written one by one."""
_NAMES = ("title", "name", "heading", "label", "subject", "id", "key", "code")


@dataclass(frozen=True, slots=True)
class Record:
    """Values by name, in their order; a name may come twice."""

    pairs: tuple[tuple[str, Value], ...]


Value = str | Record | list["Value"]


def title_of(value: Value) -> str | None:
    """What a record calls itself, or None."""
    if not isinstance(value, Record):
        return None
    known = {key.lower(): text for key, text in reversed(value.pairs) if isinstance(text, str)}
    found = next((known[name] for name in _NAMES if known.get(name, "").strip()), None)
    return " ".join(found.split()) if found and len(found) <= _INLINE else None


class TreeWriter:
    """Writes values into an outline. Raises Unreadable where they nest over a hundred levels deep."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline

    def write(self, value: Value, item: str) -> None:
        """A whole document; `item` names the members of a list."""
        if isinstance(value, Record):
            self._record(value, 1)
        elif isinstance(value, list):
            self._members(value, item, 1)
        else:
            self._outline.block(value)

    def _record(self, record: Record, level: int) -> None:
        """Plain values first, since what follows a heading belongs to it."""
        lines: list[str] = []
        nested: list[tuple[str, Value]] = []
        for key, value in record.pairs:
            text = _inline(value)
            if text is None:
                nested.append((key, value))
            elif text:
                lines.append(f"{key}: {text}")
        self._outline.block("\n".join(lines))
        for key, value in nested:
            self._nested(key, value, level)

    def _nested(self, key: str, value: Value, level: int) -> None:
        if level > _HEADINGS:
            self._outline.block("\n".join(_flat(key, value, level)))
            return
        self._outline.heading(level, key)
        if isinstance(value, Record):
            self._record(value, level + 1)
        elif isinstance(value, list):
            self._members(value, key, level + 1)

    def _members(self, members: list[Value], name: str, level: int) -> None:
        """Plain values as a list, records of one kind as a table, others one under the other."""
        if all(isinstance(member, str) for member in members):
            self._outline.block("\n".join(f"- {_folded(cast('str', text))}" for text in members if text))
        elif table := _table(members):
            self._outline.block(table)
        else:
            for number, member in enumerate(members, start=1):
                text = _inline(member)
                if text is None:
                    self._nested(title_of(member) or f"{name} {number}", member, level)
                else:
                    self._outline.block(f"- {text}" if text else "")


def _inline(value: Value) -> str | None:
    """A value that stands on a line of its own label, or None where it needs more room."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list) and len(value) <= _INLINE and all(isinstance(member, str) for member in value):
        text = ", ".join(_folded(cast("str", member)) for member in value)
        return text if len(text) <= _INLINE else None
    return "" if isinstance(value, Record) and not value.pairs else None


def _folded(text: str) -> str:
    return " ".join(text.split())


def _table(members: Sequence[Value]) -> str:
    """A pipe table of records whose values are plain; '' where they are no such records."""
    rows: list[dict[str, str]] = []
    columns: dict[str, None] = {}
    for member in members:
        row = _plain_row(member)
        if row is None:
            return ""
        rows.append(row)
        columns |= dict.fromkeys(row)
        if len(columns) > _MOST_COLUMNS:
            return ""
    if len(rows) < 2 or sum(map(len, rows)) < _LEAST_FILLED * len(rows) * len(columns):
        return ""
    return pipe_table([list(columns), *([row.get(column, "") for column in columns] for row in rows)])


def _plain_row(member: Value) -> dict[str, str] | None:
    if not isinstance(member, Record):
        return None
    row: dict[str, str] = {}
    for key, value in member.pairs:
        text = _inline(value)
        if text is None or len(text) > _LONGEST_CELL or key in row:
            return None
        if text:
            row[key] = text
    return row


def _flat(path: str, value: Value, depth: int) -> Iterator[str]:
    """A line for each plain value with its path, such as 'limits.speed.unit: km/h'."""
    if depth > _DEEPEST:
        raise Unreadable(f"The data nest more than {_DEEPEST} levels deep, which no document does. Flatten them.")
    text = _inline(value)
    if text is not None:
        yield f"{path}: {text}"
    elif isinstance(value, Record):
        for key, member in value.pairs:
            yield from _flat(f"{path}.{key}", member, depth + 1)
    else:
        for number, member in enumerate(value, start=1):
            yield from _flat(f"{path}.{number}", member, depth + 1)
