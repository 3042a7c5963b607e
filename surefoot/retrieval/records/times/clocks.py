"""Reads times of day: 14:30, 6 am, 8 Uhr, half past eight, noon, and parts of a day such as the morning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surefoot.retrieval.records.times.calendar import HOUR, Trouble
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.tokens import Line
from surefoot.retrieval.records.times.vocabulary import GERMAN_CODES, MEASURED, NUMERALS, WEEKDAYS, ZONES, words

DAY = 24 * HOUR
_LOOKED_BACK = 5
"""Words before a bare number in which it may be told what it measures."""
_AT = words("at um gegen")


@dataclass(frozen=True, slots=True)
class Part:
    """Part of a day, in minutes since its midnight."""

    start: int
    end: int
    """Above 24 hours where it ends on the next day."""
    told_from: int
    told_to: int
    """Between which hours a clock is told in it: `at 4 this morning`, `at 5 in the evening`."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as told."""

    minutes: float
    """Since midnight."""
    half: str = ""
    """am or pm where told."""
    short: bool = False
    """Whether the hour may be one of either half of the day: 12 or less, and not told which."""
    midnight: bool = False
    """Whether it is called midnight, which begins a day and ends one."""
    precision: float = 1
    """Minutes that it names: one, or a second."""


_MORNING = Part(5 * HOUR, 12 * HOUR, 0, 13 * HOUR)
_AFTERNOON = Part(12 * HOUR, 18 * HOUR, 12 * HOUR, 19 * HOUR)
_EVENING = Part(18 * HOUR, 24 * HOUR, 16 * HOUR, 24 * HOUR + 1)
NIGHT = Part(18 * HOUR, 30 * HOUR, 18 * HOUR, 31 * HOUR)
"""In English: last night is the evening and the night after it, to 6 in the morning."""
NACHT = Part(22 * HOUR, 30 * HOUR, 20 * HOUR, 31 * HOUR)
"""In German, which tells Abend and Nacht apart."""
_MITTAG = Part(11 * HOUR, 14 * HOUR, 11 * HOUR, 15 * HOUR)
PARTS: Mapping[str, Part] = {
    **dict.fromkeys(["morning", "forenoon", "morgen", "frueh", "vormittag", "morgens"], _MORNING),
    **dict.fromkeys(["afternoon", "nachmittag"], _AFTERNOON),
    **dict.fromkeys(["evening", "abend"], _EVENING),
    "night": NIGHT,
    "nacht": NACHT,
    "mittag": _MITTAG,
}
_GERMAN_PARTS = words("morgen vormittag mittag nachmittag abend")
ReadClock = tuple[Clock | Trouble, int] | None


def read_clock(line: Line, at: int) -> ReadClock:
    """A time of day that is surely one, with the place behind it."""
    found = _named(line, at) or _figures(line, at) or _hour(line, at) or _fraction(line, at)
    if found is None:
        return None
    clock, behind = found
    ends = line.skip(behind, "h|hours|uhr") if isinstance(clock, Clock) and not clock.half else behind
    if line.word(ends) in ZONES and (line.capital(ends) or line.tied(ends)):
        return Trouble(Problem.UNSUPPORTED), ends + 1
    if line.word(ends) in {"+", "-"} and line.tied(ends) and line.tied(ends + 1) and line.word(ends + 2) == ":":
        away = line.digits(ends + 1) == 2 and line.word(at - 1) == "t"  # the offset of ISO 8601
        return (Trouble(Problem.UNSUPPORTED), ends + 4) if away else (clock, ends)
    if line.word(ends) in {"+", "-"} and line.tied(ends + 1) and line.digits(ends + 1) == 4:  # the offset of an e-mail
        return Trouble(Problem.UNSUPPORTED), ends + 2
    return clock, ends


def bare_hour(line: Line, at: int) -> ReadClock:
    """A number that may be an hour, where other words speak for one."""
    number = line.number(at)
    if number is None or number > 24 or line.digits(at) > 2 or line.counted(at + 1):
        return None
    if line.tied(at + 1) and (line.word(at + 1) in {".", ",", ":", "/"} and line.tied(at + 2)):
        return None
    return Clock(number * HOUR, short=number <= 12), at + 1


def measured(line: Line, at: int) -> bool:
    """Whether words before a bare number tell that it measures something."""
    return any(line.word(place) in MEASURED for place in range(at - _LOOKED_BACK, at))


def _named(line: Line, at: int) -> tuple[Clock, int] | None:
    word = line.word(at)
    if word in {"noon", "midday", "mittags"}:
        return Clock(12 * HOUR), at + 1
    if word in {"midnight", "mitternacht"}:
        return Clock(0, midnight=True), at + 1
    return None


def _figures(line: Line, at: int) -> ReadClock:
    """14:30, 8:30 pm, 14:30:15, 8.30 Uhr."""
    mark = line.word(at + 1)
    written = line.tied(at + 1) and line.tied(at + 2) and line.digits(at + 2) == 2 and 1 <= line.digits(at) <= 2
    if mark not in {":", "."} or not written or line.word(at + 3) in {"%", "/"}:
        return None
    hour, minute, behind, second = line.number(at) or 0, line.number(at + 2) or 0, at + 3, 0
    precision = 1.0
    if (
        line.word(behind) == mark == ":"
        and line.tied(behind)
        and line.tied(behind + 1)
        and line.digits(behind + 1) == 2
    ):
        second, behind, precision = line.number(behind + 1) or 0, behind + 2, 1 / 60
    half, stop = _half(line, behind)
    if mark == "." and not half and line.word(behind) != "uhr":
        return None
    clock = _clock(hour, minute + second / 60, half)
    wrong = minute > 59 or second > 59
    if isinstance(clock, Trouble) or wrong:
        likely = hour < 30 or line.word(at - 1) in _AT
        return (Trouble(Problem.IMPOSSIBLE), stop) if likely and line.digits(at) > 0 else None
    return Clock(clock.minutes, clock.half, clock.short, precision=precision), stop


def _hour(line: Line, at: int) -> ReadClock:
    """6 am, 6am, 8 o'clock, 8 Uhr, 8 Uhr 30, eight o'clock."""
    number = line.number(at) if line.digits(at) in {1, 2} else NUMERALS.get(line.word(at))
    if number is None:
        return None
    half, behind = _half(line, at + 1)
    if half:
        return _clock(number, 0, half), behind
    if line.word(at + 1) not in {"uhr", "o'clock"}:
        return None
    minute = line.number(at + 2) if line.digits(at + 2) == 2 and not line.counted(at + 3) else None
    if line.word(at + 1) == "uhr" and minute is not None and minute <= 59 and line.word(at + 3) not in {".", ":"}:
        return _clock(number, minute, ""), at + 3
    half, behind = _half(line, at + 2)
    return _clock(number, 0, half), behind


def _fraction(line: Line, at: int) -> ReadClock:
    """Half past eight, quarter to nine, halb neun, viertel nach acht."""
    for phrase, minutes in (
        ("half past", 30),
        ("a? quarter past", 15),
        ("a? quarter to", -15),
        ("viertel nach", 15),
        ("viertel vor", -15),
        ("halb", -30),
    ):
        start = line.after(at, phrase)
        number = (line.number(start) or NUMERALS.get(line.word(start))) if start is not None else None
        if start is not None and number is not None and number <= 24 and not line.counted(start + 1):
            half, behind = _half(line, start + 1)
            clock = _clock(number, 0, half)
            if isinstance(clock, Clock):
                return Clock((clock.minutes + minutes) % DAY, half, clock.short), behind
    return None


def _half(line: Line, at: int) -> tuple[str, int]:
    """Am or pm behind an hour; `am` is no half where it stands before a German day."""
    word, behind = line.word(at), at + 1
    if word in {"a", "p"} and line.word(at + 1) == "." and line.word(at + 2) == "m" and line.tied(at + 2):
        word, behind = word + "m", at + 3 + (line.word(at + 3) == "." and line.tied(at + 3))
    if word not in {"am", "pm"} or (word == "am" and _german_day(line, at + 1)):
        return "", at
    return word, behind


def _german_day(line: Line, at: int) -> bool:
    following = line.word(at)
    code = following in GERMAN_CODES and line.capital(at)
    german = following in WEEKDAYS and not following.endswith("day")
    return german or code or following in _GERMAN_PARTS or line.number(at) is not None


def _clock(hour: int, minute: float, half: str) -> Clock | Trouble:
    if hour > 24 or (hour == 24 and minute > 0) or (half == "am" and hour > 12):
        return Trouble(Problem.IMPOSSIBLE)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return Clock(hour * HOUR + minute, half, short=not half and hour <= 12)
