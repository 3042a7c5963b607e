"""Finds calendar dates in a text, however they are written: 3 March 2026 is 2026-03-03 is 03/03/2026."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_MONTHS = {
    1: "january jan januar jänner enero janvier",
    2: "february feb februar febrero février",
    3: "march mar märz marzo mars",
    4: "april apr abril avril",
    5: "may mai mayo",
    6: "june jun juni junio juin",
    7: "july jul juli julio juillet",
    8: "august aug agosto août",
    9: "september sept sep septiembre septembre",
    10: "october oct oktober okt octubre octobre",
    11: "november nov noviembre novembre",
    12: "december dec dezember dez diciembre décembre",
}
_NUMBER_OF = {name: number for number, names in _MONTHS.items() for name in names.split()}
_MONTH = "(?:" + "|".join(sorted(_NUMBER_OF, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?:1[89]|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_WRITTEN = [
    re.compile(rf"\b(?P<y>{_YEAR})-(?P<m>1[0-2]|0?[1-9])-(?P<d>{_DAY})\b"),
    re.compile(rf"\b(?P<a>{_DAY})(?P<sep>[/.-])\s?(?P<b>{_DAY})(?P=sep)\s?(?P<y>{_YEAR})\b"),
    re.compile(
        rf"\b(?P<d>{_DAY})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?(?P<name>{_MONTH})(?:,?\s+(?:de\s+)?(?P<y>{_YEAR})\b)?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<name>{_MONTH})\s+(?P<d>{_DAY})(?:st|nd|rd|th)?\b(?!\s*[:%])(?:,?\s+(?P<y>{_YEAR})\b)?",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?P<name>{_MONTH}),?\s+(?:de\s+)?(?P<y>{_YEAR})\b", re.IGNORECASE),
]
_SMALL_MAY = re.compile(r"^(?:may|mar|mars)\b")


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it was written; None where a part was not."""

    year: int | None
    month: int
    day: int | None


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date's half-open span in the text, and what it can mean: 04/03/2026 is a day in March or in April."""

    start: int
    end: int
    readings: frozenset[Day]

    def holds(self, other: DateMention) -> bool:
        """Whether this date says what `other` says; a year that is left out here may be told elsewhere."""
        return any(_holds(mine, told) for mine in self.readings for told in other.readings)


@lru_cache(maxsize=4096)
def read_dates(text: str) -> tuple[DateMention, ...]:
    """The dates in a folded text, in their order; a year alone is a number, not a date."""
    found: list[DateMention] = []
    for pattern in _WRITTEN:
        for match in pattern.finditer(text):
            mention = DateMention(match.start(), match.end(), frozenset(_readings(match)))
            overlaps = any(mention.start < kept.end and kept.start < mention.end for kept in found)
            if mention.readings and not overlaps:
                found.append(mention)
    return tuple(sorted(found, key=lambda mention: mention.start))


def _readings(match: re.Match[str]) -> Iterator[Day]:
    parts = match.groupdict()
    year = int(parts["y"]) if parts.get("y") else None
    if "a" in parts:
        one, two = int(parts["a"]), int(parts["b"])
        yield from (Day(year, month, day) for day, month in {(one, two), (two, one)} if month <= 12)
        return
    if "name" not in parts:
        yield Day(year, int(parts["m"]), int(parts["d"]))
        return
    name = parts["name"].rstrip(".")
    if _SMALL_MAY.match(name):
        return  # 'may 5' is a verb, not a month
    yield Day(year, _NUMBER_OF[name.lower()], int(parts["d"]) if parts.get("d") else None)


def _holds(mine: Day, told: Day) -> bool:
    same_year = mine.year is None or told.year is None or mine.year == told.year
    return same_year and mine.month == told.month and told.day in (None, mine.day)
