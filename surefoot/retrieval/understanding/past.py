"""Tells whether a question asks what an older version said, and as of when."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from surefoot.core.nouns import Passage

_MONTHS: str = "january|february|march|april|may|june|july|august|september|october|november|december"
AROUND = 120
"""Characters beside a date that say what it dates."""
DATES = 8
"""Dates of a question that are looked at."""
_TEXT = (
    r"(?:(?:\w+ )?(?:version|edition|polic(?:y|ies)|rules?|rulebook|limits?|guides?|guidelines?|procedures?|handbook|"
    r"manual|regulations?|terms|conditions|standard|wording|regime|instructions?|schedules?|price ?lists?))\b"
)
_OLD = re.compile(
    rf"\b(?:previous|former|old|older|earlier|outdated|superseded|replaced|prior|last year's)(?: \w+)?? {_TEXT}|"
    r"\b(?:version|edition) (?:one|1)\b|"
    r"\b(?:was|were|did|had)\b[^.?!]{0,40}\b(?:previously|formerly|back then|at that time|in the past)\b|"
    r"\bpreviously (?:allowed|valid|applied|in force|required|permitted|charged|paid)\b|"
    r"\b(?:what|which|it|they|there|(?:the|our|a) (?!form)\w+(?: \w+){0,2}) used to (?:be|apply|allow|cost|say|pay)\b|"
    r"\bbefore (?:the|its|their|this|that|last)(?: \w+)? (?:change|revision|update|amendment|increase|reform)\b|"
    r"\bbefore (?:it|they|the \w+) (?:was |were |got )?(?:changed|revised|updated|amended|replaced)\b",
    re.IGNORECASE,
)
_NEAR = r"[^.?!]{0,100}"
_COMPARES = re.compile(
    rf"\bwhat (?:has |have |is |was )?(?:changed|new|different)\b{_NEAR}(?:{_TEXT}|\b20\d\d\b|\bversion\b)|"
    rf"\b(?:compared?|comparison|difference|differs?|differ|changed|changes)\b{_NEAR}"
    rf"(?:\b(?:old|older|previous|former|earlier|last)(?: \w+)?? {_TEXT}|\b20[0-4]\d\b)|"
    r"\b(?:both|two|old and (?:the )?new|new and (?:the )?old) (?:versions|editions)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)? (?:of )?)?(?P<month>{_MONTHS}),? (?P<year>20[0-4]\d)\b|"
    r"\b(?P<iso>20[0-4]\d-[01]\d-[0-3]\d)\b|\b(?P<bare>20[0-4]\d)\b",
    re.IGNORECASE,
)
_POINT = re.compile(
    r"\b(?:as (?:of|at)|(?:valid|applicable) (?:in|on)|in force (?:in|on|at)|back in|status of) *$", re.IGNORECASE
)
_BEFORE = re.compile(r"\b(?:before|prior to|until|up to|till) *$", re.IGNORECASE)
_IN = re.compile(r"\b(?:in|on|during|for|since|from|under|of) *(?:the *)?$", re.IGNORECASE)
_RULED = re.compile(rf"^ ?'?s? ?{_TEXT}", re.IGNORECASE)
_OF = re.compile(rf"{_TEXT} (?:of|for|dated) *(?:the *)?$", re.IGNORECASE)
_WAS = re.compile(
    r"\b(?:what|which|who|when|where|how(?: \w+)?)\b(?: \w+){0,5}? (?:was|were|did|had)\b|^\W*(?:was|were|did|had)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Past:
    """Which versions a question asks for."""

    asked: bool = False
    """Whether versions that a newer one replaced are asked for."""
    compares: bool = False
    """Whether old and new are asked for together."""
    as_of: date | None = None
    """The last day of the time that is asked about; None where the question names none."""


def read_past(text: str, today: date) -> Past:
    """Read which versions a text asks for; a year that dates a thing ('registered in 2020') is no version's."""
    as_of = next(filter(None, (_as_of(text, found) for found in islice(_DATE.finditer(text), DATES))), None)
    if as_of is not None and as_of >= today:
        as_of = None
    compares = bool(_COMPARES.search(text))
    return Past(compares or as_of is not None or bool(_OLD.search(text)), compares, as_of)


def of_their_time(passages: Sequence[Passage], past: Past) -> list[Passage]:
    """The passages without other versions of the same document than the one asked for; all where both are compared."""
    if not past.asked or past.compares:
        return list(passages)
    kept = {title: _wanted(versions, past) for title, versions in _versions(passages).items()}
    return [p for p in passages if p.chunk.document_id in kept[_title(p)]]


def _versions(passages: Sequence[Passage]) -> dict[str, dict[str, Passage]]:
    """For each title, a passage of each of its documents."""
    found: dict[str, dict[str, Passage]] = {}
    for passage in passages:
        found.setdefault(_title(passage), {})[passage.chunk.document_id] = passage
    return found


def _wanted(versions: dict[str, Passage], past: Past) -> set[str]:
    """Of several documents of one title: the one valid at the time, or those that were replaced."""
    old = {name for name, passage in versions.items() if passage.chunk.superseded}
    if not old or len(versions) == 1:
        return set(versions)
    if past.as_of is None:
        return old
    begun = {name: p.chunk.valid_from for name, p in versions.items() if p.chunk.valid_from is not None}
    in_time = {name: start for name, start in begun.items() if start <= past.as_of}
    return {max(in_time, key=lambda name: in_time[name])} if in_time else set(versions)


def _title(passage: Passage) -> str:
    """A document's title without the year of its version."""
    return re.sub(r"\W*\b(?:20\d\d|v(?:ersion)? ?\d+)\b", "", passage.chunk.title.lower()).strip()


def _as_of(text: str, found: re.Match[str]) -> date | None:
    """The last day of a date in a text, where it tells the time of a rule and not of a thing."""
    before, behind = text[max(0, found.start() - AROUND) : found.start()], text[found.end() : found.end() + AROUND]
    if _BEFORE.search(before):
        return _day_before(_span(found)[0]) if _WAS.search(text) or _OLD.search(text) else None
    named = _RULED.match(behind) or _OF.search(before)
    pointed = _POINT.search(before) or (_IN.search(before) and _WAS.search(before))
    return _span(found)[1] if named or pointed else None


def _span(found: re.Match[str]) -> tuple[date, date]:
    """First and last day of what a date names: a day, a month or a year."""
    if found["iso"]:
        return _iso(found["iso"])
    if found["bare"]:
        return date(int(found["bare"]), 1, 1), date(int(found["bare"]), 12, 31)
    months: list[str] = _MONTHS.split("|")
    year, month = int(found["year"]), months.index(found["month"].lower()) + 1
    last = calendar.monthrange(year, month)[1]
    day = int(found["day"]) if found["day"] and 1 <= int(found["day"]) <= last else 0
    return date(year, month, day or 1), date(year, month, day or last)


def _iso(text: str) -> tuple[date, date]:
    try:
        day = date.fromisoformat(text)
    except ValueError:  # 2025-13-40 still names its year
        return date(int(text[:4]), 1, 1), date(int(text[:4]), 12, 31)
    return day, day


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
