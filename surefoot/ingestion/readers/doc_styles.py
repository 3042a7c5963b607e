"""Reads the styles and lists of binary Word files ([MS-DOC])."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from surefoot.ingestion.readers.doc_file import LIST_USES, LISTS, STYLES, DocFile
from surefoot.ingestion.readers.word_lists import written

_TITLE = 62
_BULLETS = (48, *range(54, 58))
_NUMBERS = (49, *range(58, 62))
"""Numbers of Word's own styles for items of lists (2.9.271)."""
_NO_STYLE = 0xFFF
_LONGEST_CHAIN = 20
_KINDS = {0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 22: "decimalZero"}
_BULLET, _NONE = 23, 255
_MOST_LISTS = 5_000


@dataclass(frozen=True, slots=True)
class DocStyle:
    """What matters of a paragraph style, inherited from the built-in one that it is based on."""

    name: str = ""
    """'heading 1' to 'heading 9' and 'title'; '' for all others."""
    bullet: bool = False


def styles_of(file: DocFile) -> list[DocStyle]:
    """The styles by their number; as many as can be read."""
    table = file.table(STYLES)
    known: list[tuple[int, int]] = []
    try:
        at = 2 + struct.unpack_from("<H", table)[0]
        while at + 2 <= len(table):
            size = struct.unpack_from("<H", table, at)[0]
            first, second = struct.unpack_from("<HH", table, at + 2) if size >= 4 else (_NO_STYLE, _NO_STYLE << 4)
            known.append((first & 0xFFF, second >> 4))
            at += 2 + size + (size & 1)
    except struct.error:
        pass
    return [_style(known, number) for number in range(len(known))]


def _style(known: list[tuple[int, int]], number: int) -> DocStyle:
    for _ in range(_LONGEST_CHAIN):
        if number >= len(known):
            break
        built_in, base = known[number]
        if 1 <= built_in <= 9:
            return DocStyle(f"heading {built_in}")
        if built_in == _TITLE:
            return DocStyle("title")
        if built_in in (*_BULLETS, *_NUMBERS):
            return DocStyle(bullet=True)
        number = base
    return DocStyle()


@dataclass(frozen=True, slots=True)
class _Level:
    kind: int
    start: int
    template: str
    """The mark, with the characters 0 to 8 for the numbers of the levels."""


class DocLists:
    """Gives each item of a list its mark, in reading order."""

    def __init__(self, file: DocFile) -> None:
        self._levels: dict[int, list[_Level]] = {}
        self._uses: list[int] = []
        self._counts: dict[int, list[int | None]] = {}
        try:
            self._levels = dict(_lists(file.table(LISTS), file.after(LISTS)))
            uses = file.table(LIST_USES)
            count = min(struct.unpack_from("<I", uses)[0], len(uses) // 16) if uses else 0
            self._uses = [struct.unpack_from("<I", uses, 4 + 16 * n)[0] for n in range(count)]
        except (struct.error, IndexError):
            pass

    def mark(self, use: int, level: int) -> str:
        """The mark of the next item of a list by the number of its use, from 1; '' where it has none."""
        number = self._uses[use - 1] if 0 < use <= len(self._uses) else -1
        levels = self._levels.get(number, [])
        if level >= len(levels):
            return "-"
        if levels[level].kind in (_BULLET, _NONE):
            return "-" if levels[level].kind == _BULLET else ""
        counts = self._counts.setdefault(number, [None] * 9)
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (8 - level)
        return "".join(_shown(character, levels, counts) for character in levels[level].template).strip()


def _shown(character: str, levels: list[_Level], counts: list[int | None]) -> str:
    place = ord(character)
    if place > 8:
        return character
    level = levels[place] if place < len(levels) else _Level(0, 1, "")
    count = counts[place]
    return written(_KINDS.get(level.kind, "decimal"), level.start if count is None else count)


def _lists(table: bytes, rest: bytes) -> Iterator[tuple[int, list[_Level]]]:
    """Each list's number with its levels; the levels of all lists follow the table."""
    count = min(struct.unpack_from("<H", table)[0], _MOST_LISTS) if table else 0
    at = 0
    for n in range(count):
        number = struct.unpack_from("<I", table, 2 + 28 * n)[0]
        simple = table[2 + 28 * n + 26] & 1
        levels: list[_Level] = []
        for _ in range(1 if simple else 9):
            start, kind = struct.unpack_from("<iB", rest, at)
            at += 28 + rest[at + 24] + rest[at + 25]
            length = struct.unpack_from("<H", rest, at)[0]
            template = rest[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
            levels.append(_Level(kind, start, template))
            at += 2 + 2 * length
        yield number, levels
