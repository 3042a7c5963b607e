"""Reads the numbered parts of a year: Q3, third quarter, H1 2026, KW 47, and a year alone."""

from __future__ import annotations

from dataclasses import replace

from surefoot.retrieval.records.times.calendar import Calendar
from surefoot.retrieval.records.times.date_figures import is_year
from surefoot.retrieval.records.times.date_words import day_number, with_year
from surefoot.retrieval.records.times.dates import Dated
from surefoot.retrieval.records.times.tokens import Line
from surefoot.retrieval.records.times.vocabulary import words

ReadDate = tuple[Dated, int] | None
_MAKERS = words("audi kia")
"""Makers of cars that are called Q3."""
_BEFORE_YEAR = words("in since during until till through throughout before after im seit jahr jahre year bis vor nach")
_NEAR_YEAR = words(
    "of for from between and to than vs versus with von zwischen und als mit zu - against gegenueber"
    " was were war did compare over whole entire all ganzen"
)


def read_numbered(line: Line, calendar: Calendar, at: int) -> ReadDate:
    """A quarter, a half year or a calendar week with its number, with the year where it is told."""
    found = _quarter(line, calendar, at) or _half(line, calendar, at) or _week(line, calendar, at)
    if found is not None or not is_year(line, at):
        return found
    behind = line.skip(at + 1, "-|/")
    found = _quarter(line, calendar, behind) or _week(line, calendar, behind)
    return (replace(found[0], year=line.number(at)), found[1]) if found and found[0].year is None else None


def _quarter(line: Line, calendar: Calendar, at: int) -> ReadDate:
    """Q3, Q3 2026, third quarter, 3. Quartal."""
    number = line.number(at + 1)
    if line.word(at) == "q" and line.tied(at + 1) and number is not None and line.digits(at + 1) == 1:
        if not 1 <= number <= 4 or line.word(at - 1) in _MAKERS:
            return None
        return with_year(line, calendar, Dated(quarter=number), at + 2)
    if line.word(at) in {"quarter", "quartal"} and number in {1, 2, 3, 4} and not line.counted(at + 2):
        return with_year(line, calendar, Dated(quarter=number), at + 2)
    ordinal = day_number(line, line.skip(at, "the"))
    if ordinal is None or not ordinal[2] or line.word(ordinal[1]) not in {"quarter", "quartal", "quartals"}:
        return None
    found, behind = with_year(line, calendar, Dated(quarter=ordinal[0]), ordinal[1] + 1)
    other = found.year is None and line.word(behind) in {"of", "des", "der"}  # of a trip
    return None if other or not 1 <= ordinal[0] <= 4 else (found, behind)


def _half(line: Line, calendar: Calendar, at: int) -> ReadDate:
    """H1 2026, first half of 2026, first half of the year, 1. Halbjahr."""
    number = line.number(at + 1)
    if line.word(at) == "h" and line.tied(at + 1) and number in {1, 2} and line.digits(at + 1) == 1:
        found, behind = with_year(line, calendar, Dated(half=number), at + 2)
        return (found, behind) if found.year is not None else None
    ordinal = day_number(line, line.skip(at, "the"))
    if ordinal is None or not ordinal[2] or ordinal[0] not in {1, 2}:
        return None
    behind = ordinal[1]
    if line.word(behind) in {"halbjahr", "halbjahres"}:
        return with_year(line, calendar, Dated(half=ordinal[0]), behind + 1)
    if line.word(behind) not in {"half", "haelfte"}:
        return None
    year = line.after(behind + 1, "of|des the? year|jahres")
    if year is not None and not is_year(line, year):
        return Dated(half=ordinal[0]), year
    found, stop = with_year(line, calendar, Dated(half=ordinal[0]), behind + 1)
    return (found, stop) if found.year is not None else None


def _week(line: Line, calendar: Calendar, at: int) -> ReadDate:
    """Week 47, calendar week 47, CW47, KW 47, 47. KW, W47 2026."""
    named = line.after(at, "calendar? week|weeks|cw|kw|kalenderwoche|kalenderwochen|woche")
    if named is None and line.word(at) == "w" and line.tied(at + 1):
        named = at + 1
    number = line.number(named) if named is not None else None
    if named is not None and number is not None and line.digits(named) <= 2:
        if line.text(at) == "kW" or line.counted(named + 1):  # a power
            return None
        found, behind = with_year(line, calendar, Dated(week=number), named + 1)
        sure = line.word(at) != "w" or found.year is not None or line.word(at - 1) in _BEFORE_YEAR
        return (found, behind) if sure else None
    ordinal = day_number(line, at)
    if ordinal and ordinal[2] and line.word(ordinal[1]) in {"kw", "kalenderwoche"}:
        return with_year(line, calendar, Dated(week=ordinal[0]), ordinal[1] + 1)
    return None


def read_year(line: Line, at: int) -> ReadDate:
    """A year alone: the whole text, or behind a word of time, and no number of something."""
    named = line.after(at, "year|jahr|jahre")
    start = at if named is None else named
    if not is_year(line, start):
        return None
    before = line.word(start - 1)
    alone = all(line.word(place) in {"?", ".", "!", ","} for place in range(start + 1, min(len(line), start + 3)))
    ranged = line.word(start + 1) in {"-", "to", "until", "bis"} and is_year(line, start + 2)
    sure = (start == 0 and alone) or before in _BEFORE_YEAR or ranged
    return (Dated(line.number(start)), start + 1) if sure or (before in _NEAR_YEAR and line.calm(start + 1)) else None
