"""Reads dates with a month's name: 3 November, November 3rd 2026, last November, the 3rd of last month."""

from __future__ import annotations

from dataclasses import replace

from surefoot.retrieval.records.times.calendar import Calendar, plus_months
from surefoot.retrieval.records.times.date_figures import CENTURY, is_year
from surefoot.retrieval.records.times.dates import Dated, Pick
from surefoot.retrieval.records.times.periods import Unit
from surefoot.retrieval.records.times.tokens import Line
from surefoot.retrieval.records.times.vocabulary import (
    DOUBTFUL,
    LAST,
    MONTHS,
    NEXT,
    ORDINALS,
    PREVIOUS,
    SHORT_MONTHS,
    THIS,
    UNITS,
    words,
)

ReadDate = tuple[Dated, int] | None
PREPOSITIONS = words(
    "in on since until till from between during of through throughout before after for by last this next the"
    " am im seit bis vom zum dem den zwischen ab vor nach von mid early late - to"
)
"""Words behind which a doubtful word is one of time."""
_SURE = PREPOSITIONS - words("for by the to -")
_JOINING = words("to and than vs versus with und als - or oder")
_BEHIND_MONTH = words(". , ? ! ; : ) and or than compared versus vs to was were with in how what which did had have")
_ORDINAL_ENDS = words("st nd rd th")
_DAYS = words("on since until from to before after and between")


def day_number(line: Line, at: int) -> tuple[int, int, bool] | None:
    """A day of a month (3, 3rd, 3., third), with the place behind it and whether it is told as an ordinal."""
    if line.word(at) in ORDINALS:
        return ORDINALS[line.word(at)], at + 1, True
    number = line.number(at)
    if number is None or line.digits(at) > 2:
        return None
    if line.tied(at + 1) and (line.word(at + 1) in _ORDINAL_ENDS or line.word(at + 1) == "."):
        return number, at + 2, True
    return number, at + 1, False


def month_at(line: Line, at: int) -> tuple[int, int] | None:
    """A month's name with the place behind it; a doubtful word only where its neighbours speak for a month."""
    word = line.word(at)
    if word in MONTHS and (word not in DOUBTFUL or _surely_month(line, at)):
        return MONTHS[word], at + 1
    if word not in SHORT_MONTHS or word == "-":
        return None
    behind = at + 2 if line.word(at + 1) == "." and line.tied(at + 1) else at + 1
    near = line.word(at - 1) in PREPOSITIONS or line.number(at - 1) is not None or _ordinal_before(line, at)
    dated = line.number(line.skip(behind, "'")) is not None or is_year(line, line.skip(behind, "-|/"))
    return (SHORT_MONTHS[word], behind) if near or dated else None


def _ordinal_before(line: Line, at: int) -> bool:
    return line.word(at - 1) in _ORDINAL_ENDS or line.word(at - 1) in ORDINALS or line.word(at - 1) == "."


def _surely_month(line: Line, at: int) -> bool:
    """Whether `may` or `march` is a month here, and no verb."""
    before, capital = line.word(at - 1), line.capital(at)
    if is_year(line, at + 1) or before in _SURE or (capital and len(line) == 1):
        return True
    if line.number(at - 1) is not None or (before != "." and _ordinal_before(line, at)):
        return capital or line.word(at - 2) in _SURE
    if line.number(at + 1) is not None:
        return capital and line.calm(at + 2 + (line.word(at + 2) in _ORDINAL_ENDS))
    ends = at + 1 >= len(line) or line.word(at + 1) in _BEHIND_MONTH
    return capital and at > 0 and ends and (before in _JOINING or line.text(at - 1).islower())


def with_year(line: Line, calendar: Calendar, found: Dated, at: int) -> tuple[Dated, int]:
    """The date with the year that is told behind it: 2026, of 2026, last year, letzten Jahres."""
    for start in (at, line.skip(at, ",|/|-"), line.skip(at, "of|in"), line.skip(at, "im|des jahr|jahre|jahres")):
        ranged = line.word(start + 1) == "-" and line.digits(start + 2) != 2
        if is_year(line, start) and (ranged or line.closed(start + 1)):
            return replace(found, year=line.number(start)), start + 1
    if line.word(at) == "'" and line.tied(at + 1) and line.digits(at + 1) == 2:
        return replace(found, year=CENTURY + (line.number(at + 1) or 0)), at + 2
    start = line.skip(at, "of|in|im|des? the?")
    back = _years_back(line, start)
    return (found, at) if back is None else (replace(found, year=calendar.today.year - back), start + 2)


def _years_back(line: Line, at: int) -> int | None:
    """How many years before this one `last year` or `dieses Jahres` is."""
    word = line.word(at)
    if UNITS.get(line.word(at + 1)) is not Unit.YEAR:
        return None
    return 0 if word in THIS else 1 if word in LAST | PREVIOUS else -1 if word in NEXT else None


def read_month_day(line: Line, calendar: Calendar, at: int) -> ReadDate:
    """3 November, 3rd of November, 3. November, third of November, or November 3, November 3rd."""
    start = line.skip(at, "the")
    if day := day_number(line, start):
        month = month_at(line, line.skip(day[1], "of"))
        return month and with_year(line, calendar, Dated(month=month[0], day=day[0]), month[1])
    month = month_at(line, at)
    day = month and day_number(line, line.skip(month[1], "the"))
    if month is None or day is None or line.word(day[1]) in {":", "am", "pm", "uhr"} or line.counted(day[1]):
        return None
    number, behind, ordinal = day
    if line.word(behind - 1) in ORDINALS and UNITS.get(line.word(behind)) is not None:
        return None
    if ordinal and line.word(behind - 1) == ".":
        behind -= 1  # the dot ends the sentence
    return with_year(line, calendar, Dated(month=month[0], day=number), behind)


def read_day_of_month(line: Line, calendar: Calendar, at: int) -> ReadDate:
    """The 3rd of last month; and the 3rd alone, behind a word of time and before no noun."""
    start = line.skip(at, "the|dem|den")
    day = day_number(line, start)
    if day is None or not day[2]:
        return None
    month = line.skip(line.skip(day[1], "of|des"), "the")
    if UNITS.get(line.word(month + 1)) is Unit.MONTH and line.word(month) in THIS | LAST | PREVIOUS:
        first = plus_months(calendar.today.replace(day=1), 0 if line.word(month) in THIS else -1)
        return Dated(first.year, month=first.month, day=day[0]), month + 2
    if line.word(start + 1) == "." and line.word(start - 1) in {"am", "den", "dem"}:
        verb = line.text(day[1]).islower() and not line.counted(day[1])
        return (Dated(day=day[0]), day[1]) if verb or line.calm(day[1]) else None
    english = line.word(start + 1) in _ORDINAL_ENDS and line.word(start - 1) == "the" and line.word(start - 2) in _DAYS
    return (Dated(day=day[0]), day[1]) if english and line.calm(day[1]) else None


def read_month(line: Line, calendar: Calendar, at: int) -> ReadDate:
    """November, November 2026, last November, this November."""
    word = line.word(at)
    pick = Pick.OVER if word in LAST else Pick.THIS if word in THIS else Pick.AHEAD if word in NEXT else Pick.LATEST
    month = month_at(line, at if pick is Pick.LATEST else at + 1)
    return month and with_year(line, calendar, Dated(month=month[0], pick=pick), month[1])
