"""Reads dates that are written in figures alone: 2026-11-03, 3.11.2026, 3.11., 03/11/2026."""

from __future__ import annotations

from dataclasses import replace

from surefoot.retrieval.records.times.calendar import FIRST_YEAR, LAST_YEAR
from surefoot.retrieval.records.times.dates import Dated
from surefoot.retrieval.records.times.tokens import Line
from surefoot.retrieval.records.times.vocabulary import words

ReadDate = tuple[Dated, int] | None
_BEFORE_STROKE = words("on since until till from between before after am seit vom")
CENTURY = 2000
_SURE = words("am on dem den seit since vom")
"""Before day and month in figures without a dot behind them."""
_LIKELY = _SURE | words("bis zum zwischen und until till to from between and - ab vor nach before after der")


def read_figures(line: Line, at: int) -> ReadDate:
    """A date in figures at a place, with the place behind it."""
    if line.number(at) is None:
        return None
    return _iso(line, at) or _full(line, at) or _month_of_year(line, at) or _dotted(line, at) or _stroke(line, at)


def is_year(line: Line, at: int) -> bool:
    """Whether a year in four digits stands at a place, and counts nothing."""
    number = line.number(at)
    if number is None or line.digits(at) != 4 or not FIRST_YEAR <= number <= LAST_YEAR:
        return False
    return not line.counted(at + 1)


def _glued(line: Line, at: int, mark: str) -> bool:
    """Whether a mark and a number are written onto the token before."""
    return line.word(at) == mark and line.tied(at) and line.tied(at + 1) and line.number(at + 1) is not None


def _iso(line: Line, at: int) -> ReadDate:
    """2026-11-03, 2026/11/03, and 2026-11 for the month; 2026-W47 for the week."""
    year, mark = line.number(at), line.word(at + 1)
    if line.digits(at) != 4 or mark not in {"-", "/"}:
        return None
    if mark == "-" and line.tied(at + 1) and line.word(at + 2) == "w" and line.tied(at + 2) and line.tied(at + 3):
        week = line.number(at + 3)
        return None if week is None else (Dated(year, week=week), at + 4)
    if not _glued(line, at + 1, mark) or line.digits(at + 2) > 2:
        return None
    month = line.number(at + 2)
    if _glued(line, at + 3, mark) and line.digits(at + 4) <= 2:
        return Dated(year, month=month, day=line.number(at + 4)), at + 5
    likely = mark == "-" and line.digits(at + 2) == 2 and is_year(line, at)
    return (Dated(year, month=month), at + 3) if likely else None


def _full(line: Line, at: int) -> ReadDate:
    """Day, month and year between dots or strokes; strokes are put in either order, so both readings are kept."""
    mark = line.word(at + 1)
    tied = line.tied(at + 1) and line.word(at + 3) == mark and line.tied(at + 3)
    if mark not in {".", "/", "-"} or not tied or line.digits(at) > 2 or not 1 <= line.digits(at + 2) <= 2:
        return None
    spaced = mark == "." and line.digits(at + 4) == 4
    written_on = line.tied(at + 2) and line.tied(at + 4)
    if line.digits(at + 4) not in ({2, 4} if mark != "-" else {4}) or not (written_on or spaced):
        return None
    year = line.number(at + 4) or 0
    if line.digits(at + 4) == 2:
        year += CENTURY
    one, two = line.number(at) or 0, line.number(at + 2) or 0
    if mark == ".":
        return Dated(year, month=two, day=one), at + 5
    return _either_order(year, one, two), at + 5


def _either_order(year: int | None, one: int, two: int) -> Dated:
    """Day and month in either order, where both can be months."""
    day_first, month_first = Dated(year, month=two, day=one), Dated(year, month=one, day=two)
    if one == two:
        return day_first
    if one > 12:
        return replace(day_first, day_first=True)
    return replace(month_first, day_first=False) if two > 12 else replace(day_first, other=month_first)


def _stroke(line: Line, at: int) -> ReadDate:
    """On 24/11: behind a word of time alone, as 3/4 is a part as well; and never 24/7."""
    one, two = line.number(at) or 0, line.number(at + 2) or 0
    written = _glued(line, at + 1, "/") and line.digits(at) <= 2 and line.digits(at + 2) <= 2 and line.closed(at + 3)
    if not written or line.word(at - 1) not in _BEFORE_STROKE or line.counted(at + 3) or (one, two) == (24, 7):
        return None
    fits = 1 <= one <= 31 and 1 <= two <= 31 and min(one, two) <= 12
    return (_either_order(None, one, two), at + 3) if fits else None


def _month_of_year(line: Line, at: int) -> ReadDate:
    """11/2026."""
    if line.digits(at) > 2 or not _glued(line, at + 1, "/") or not is_year(line, at + 2):
        return None
    month = line.number(at) or 0
    return (Dated(line.number(at + 2), month=month), at + 3) if 1 <= month <= 12 else None


def _dotted(line: Line, at: int) -> ReadDate:
    """3.11. or am 3.11: beside words of time alone, as 3.11 is a decimal number as well."""
    if line.word(at + 1) != "." or not line.tied(at + 1) or line.digits(at) > 2 or line.digits(at + 2) > 2:
        return None
    day, month = line.number(at) or 0, line.number(at + 2) or 0
    closes = line.word(at + 3) == "." and line.tied(at + 3)
    behind = at + 4 if closes else at + 3
    if not (1 <= day <= 31 and 1 <= month <= 12) or line.counted(behind) or line.number(at + 2) is None:
        return None
    if not closes and (line.word(at - 1) not in _SURE or not line.closed(behind)):
        return None
    ranged = line.word(behind) in {"-", "bis"}
    likely = line.word(at - 1) in _LIKELY or ranged
    return (Dated(month=month, day=day), behind) if likely else None
