"""Counts the automatic numbers of a Word file: headings such as '3.1' and list items such as '(b)'."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from surefoot.ingestion.readers.packages import Node
from surefoot.ingestion.readers.word_xml import W, child, children, value

_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    kind: str
    text: str
    start: int


class Numbering:
    """Gives each numbered paragraph its mark, in reading order."""

    def __init__(self, root: Node | None) -> None:
        self._abstract = {a.get(f"{W}abstractNumId"): _levels(a) for a in children(root, "abstractNum")}
        self._lists = {n.get(f"{W}numId"): n for n in children(root, "num")}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()

    def mark(self, list_id: str, level: int) -> str:
        """The mark of the next paragraph of a list, '-' for bullets, '' where it has none."""
        num = self._lists.get(list_id)
        abstract = value(num, "abstractNumId") or ""
        levels = self._abstract.get(abstract, {})
        if num is None or level not in levels:
            return ""
        if levels[level].kind == "bullet":
            return "-"
        counts = self._counts.setdefault(abstract, [None] * 9)
        if list_id not in self._begun:
            self._begun.add(list_id)
            self._restart(num, counts)
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (8 - level)
        return _rendered(levels, level, counts)

    @staticmethod
    def _restart(num: Node, counts: list[int | None]) -> None:
        """Apply the numbers at which this list starts anew."""
        for override in children(num, "lvlOverride"):
            start = value(override, "startOverride")
            level = override.get(f"{W}ilvl") or ""
            if start and start.isdecimal() and level.isdecimal() and int(level) < 9:
                counts[int(level)] = int(start) - 1


def _levels(abstract: Node) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for node in children(abstract, "lvl"):
        number = node.get(f"{W}ilvl") or ""
        if number.isdecimal() and int(number) < 9:
            start = value(node, "start") or "1"
            found[int(number)] = _Level(
                value(node, "numFmt") or "decimal",
                value(node, "lvlText") or "" if child(node, "lvlText") is not None else f"%{int(number) + 1}.",
                int(start) if start.isdecimal() else 1,
            )
    return found


def _rendered(levels: dict[int, _Level], level: int, counts: list[int | None]) -> str:
    """The level's pattern, such as '%1.%2', with the counts written in their levels' kinds."""
    if levels[level].kind == "none":
        return ""

    def number(found: re.Match[str]) -> str:
        place = int(found.group(1)) - 1
        known = levels.get(place, _Level("decimal", "", 1))
        count = counts[place]
        return written(known.kind, known.start if count is None else count)

    return _PLACE.sub(number, levels[level].text).strip()


def written(kind: str, number: int) -> str:
    """A number in the way that Word's kinds of numbering write it: 'lowerRoman', 'upperLetter' …"""
    return _WRITTEN.get(kind, str)(number)


def _letter(number: int) -> str:
    """1 → a, 26 → z, 27 → aa, as Word repeats them."""
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 10) if number > 0 else str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    written = ""
    for worth, letters in (*_ROMAN, *_ROMAN_SMALL):
        written += letters * (number // worth)
        number %= worth
    return written


_WRITTEN: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda n: f"{n:02d}",
    "lowerLetter": _letter,
    "upperLetter": lambda n: _letter(n).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
}
