"""Finds the quantities in a text: a number with its unit or what it counts, its limit, and the words it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from surefoot.core.text.dates import read_dates
from surefoot.core.text.units_of_measure import MONEY_BEFORE, UNITS, unit_after


class Limit(StrEnum):
    """Which side of a number is meant."""

    LEAST = "at least"
    MOST = "at most"
    OVER = "more than"
    UNDER = "less than"
    NONE = ""


_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12}
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9}
_DIGITS = r"\d+(?:[,.' ]\d{3}(?!\d))*(?:[.,]\d+)?"
_NUMBER = re.compile(
    rf"(?<![\w.])(?<!\d[,:/])(?P<sign>-(?=\d)|minus )?"
    rf"(?:(?P<digits>{_DIGITS})(?!(?:st|nd|rd|th)\b)(?:(?=[^\W\d_])|(?![\w]))|"
    rf"(?P<words>(?:{_TENS})[- ](?:one|two|three|four|five|six|seven|eight|nine)\b|(?:{'|'.join(_WORDS)})\b))"
    rf"(?P<scale>\s(?:{'|'.join(_SCALES)})\b)?(?P<half>\sand a half\b)?",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:[A-Za-z]+[-/]?\d[\w/-]*|[A-Z]{2,}(?:-[A-Z0-9]+)+|[A-Z]\d[\w-]*)\b|"
    r"(?<![\w.,])\d+(?:\.\d+){2,}(?:/\d+)?(?![\w])|(?<![\w-])\d{1,3}[A-Z]\b|(?<![\w-])\d+-\d+-\d+[\d-]*"
)
_MONEY_CODE = re.compile(r"^(?:EUR|USD|GBP|CHF)\d", re.IGNORECASE)
_LABEL = re.compile(r"(?<=[^.!?]\s)\b([A-Z][^\W\d_]*(?:-[A-Za-z]+)?)\s(\d[\d.]*\d|\d)\b(?![.,]\d|\s?[%°])")
_CLOCK = re.compile(
    r"\b([01]?\d|2[0-3])(?:[:.h]([0-5]\d))?\s?(a\.?m\b\.?|p\.?m\b\.?)|\b([01]?\d|2[0-3]):([0-5]\d)\b", re.IGNORECASE
)
_BEFORE = {
    Limit.LEAST: (
        r"at least|minimum(?: of| is|:)?|min\.?|no (?:less|fewer|lower) than|not (?:less|fewer) than|from|≥|>=",
    ),
    Limit.MOST: (
        r"at most|up to|maximum(?: of| is|:)?|max\.?|no (?:more|longer|later|higher) than|within|limited to|≤|<=|",
        r"until|not (?:more|later|longer) than|limit(?: of| is|:)|not exceed(?:ing)?|capped at",
    ),
    Limit.OVER: (
        r"more than|above|over|exceed(?:s|ing)?|longer than|greater than|beyond|higher than|>|in excess of|passes",
    ),
    Limit.UNDER: (r"less than|below|under|fewer than|thinner than|shorter than|lower than|<|falls to",),
}
_LIMITS_BEFORE = [
    (limit, re.compile(rf"(?:\b|(?<=\s)|^)(?:{''.join(words)})\s*(?:the |a |an |EUR |€|\$|£)?$", re.IGNORECASE))
    for limit, words in _BEFORE.items()
]
_LIMITS_AFTER = [
    (
        Limit.LEAST,
        re.compile(r"^\s*(?:or|and) (?:more|longer|above|over)\b|^\s*at (?:the )?least\b|^\s*minimum\b", re.IGNORECASE),
    ),
    (
        Limit.MOST,
        re.compile(r"^\s*(?:or|and) (?:less|fewer|below|under)\b|^\s*at (?:the )?most\b|^\s*maximum\b", re.IGNORECASE),
    ),
]
_JOINS = re.compile(r"^\s*(?:,|and|or|to|bis|–|-|/|x|×|, and|, or|and between)\s*$", re.IGNORECASE)
_NOUN = re.compile(r"[\s-]((?:[^\W\d_]+[\s-]){0,2}?)([^\W\d_]{3,})")
_BREAK = re.compile(r"[;:,]\s|\s[–—|]\s|\.\s|\b(?:and|or|but|while|whereas|otherwise)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it is used."""

    start: int
    end: int
    """Half-open span in the folded text, unit included."""
    values: frozenset[float]
    """What it can be read as, in `unit`: '3.200' is 3.2 or 3200."""
    unit: str
    """The unit's dimension, '' where none follows."""
    shown: str
    """As it is written, with its unit."""
    limit: Limit = Limit.NONE
    noun: str = ""
    """What a number without a unit counts, lower case."""
    factor: float = 1.0
    """How many of the dimension's smallest unit its own unit has."""
    clause: str = ""
    """The words that belong to this quantity rather than to the next one."""

    def same(self, other: Quantity) -> bool:
        """Whether both state the same amount of the same thing, as far as both say of what."""
        return self.comparable(other) and any(
            abs(a - b) <= 1e-9 * max(1, abs(a)) for a in self.values for b in other.values
        )

    def comparable(self, other: Quantity) -> bool:
        """Whether both are of one dimension; a bare number that counts nothing may be of any."""
        if self.unit == other.unit:
            return True
        bare = self if not self.unit else other
        return not bare.unit and not bare.noun


@lru_cache(maxsize=4096)
def read_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a folded text in their order; dates, times of day and codes are none."""
    found = [_quantity(text, match) for match in _NUMBER.finditer(numbers_alone(text)) if not _idle(match, text)]
    return tuple(_with_clauses(text, _with_shared_units(text, found)))


def numbers_alone(text: str) -> str:
    """A folded text of the same length with NUL over its dates, codes, names that end in a number and times of day."""
    other = [*codes(text), *labels(text), *_CLOCK.finditer(text)]
    for start, end in [*((date.start, date.end) for date in read_dates(text)), *(found.span() for found in other)]:
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text


def codes(text: str) -> list[re.Match[str]]:
    """Codes, versions and models in a folded text: 'TL-5', 'H18', '2.4.1', 'VRN'-like marks with hyphens."""
    return [
        found
        for found in _CODE.finditer(text)
        if not _MONEY_CODE.match(found.group())
        and any(c.isdigit() for c in found.group())
        and not _is_measure(found.group())
    ]


@lru_cache(maxsize=4096)
def labels(text: str) -> tuple[re.Match[str], ...]:
    """Names that end in a number, like 'Corvane 35' or 'Fibre Swift 500', within the sentences of a folded text."""
    dates = [range(date.start, date.end) for date in read_dates(text)]
    return tuple(
        found
        for found in _LABEL.finditer(text)
        if not any(found.start() in date for date in dates)
        and unit_after(text, found.end()) is None
        and not MONEY_BEFORE.search(f"{found.group(1)} ")
    )


def times_of_day(text: str) -> set[str]:
    """The times of day in a folded text as 24-hour HH:MM."""
    found: set[str] = set()
    for match in _CLOCK.finditer(text):
        hour, minute = int(match.group(1) or match.group(4)), match.group(2) or match.group(5) or "00"
        half = (match.group(3) or "").lower()
        hour = hour % 12 + (12 if half.startswith("p") else 0) if half else hour
        found.add(f"{hour:02}:{minute}")
    return found


def _is_measure(code: str) -> bool:
    """'m2' is a unit and '5A' a current, not a code."""
    return code.lower() in UNITS or (code[:-1].isdigit() and code[-1] in "AVW")


def _idle(match: re.Match[str], text: str) -> bool:
    """'one' and 'zero' as words are seldom figures, unless a unit follows."""
    word = (match.group("words") or "").lower()
    return word in ("one", "zero") and unit_after(text, match.end()) is None


def _quantity(text: str, match: re.Match[str]) -> Quantity:
    values = _values(match)
    before = text[: match.start()]
    money = MONEY_BEFORE.search(before)
    after = None if money else unit_after(text, match.end())
    start, end = (money.start() if money else match.start()), (after[1] if after else match.end())
    dimension, factor = "", 1.0
    if money or after:
        dimension, factor = UNITS[money.group().strip().lower() if money else after[0]]  # type: ignore[index]
    noun = ""
    if not dimension and (counted := _NOUN.match(text, match.end())):
        noun = counted.group(2).lower()
    return Quantity(
        start=start,
        end=end,
        values=frozenset(value * factor for value in values),
        unit=dimension,
        shown=text[start:end].strip(),
        limit=_limit(text[:start], text[end:]),
        noun=noun,
        factor=factor,
    )


def _values(match: re.Match[str]) -> set[float]:
    digits, words = match.group("digits"), match.group("words")
    spelled = {float(sum(_WORDS[word] for word in re.split(r"[- ]", words.lower())))} if words else set[float]()
    values = _readings(digits) if digits else spelled
    scale = _SCALES[match.group("scale").strip().lower()] if match.group("scale") else 1
    half = 0.5 if match.group("half") else 0.0
    sign = -1 if match.group("sign") else 1
    return {sign * (value + half) * scale for value in values}


def _readings(digits: str) -> set[float]:
    """What a written number can mean: '8,500' is 8500; '3.200' is 3.2 or 3200; '1.234,5' is 1234.5."""
    plain = re.sub(r"[' ]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        return {float(plain.replace(",", ""))}
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", plain) or re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", plain):
        return {float(plain.replace(".", "").replace(",", "."))}
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", plain):
        return {float(plain), float(plain.replace(".", ""))}
    try:
        return {float(plain.replace(",", "."))}
    except ValueError:
        return {float(re.sub(r"[.,]", "", plain))}


def _limit(before: str, after: str) -> Limit:
    near = before[-30:]
    for limit, pattern in _LIMITS_BEFORE:
        if pattern.search(near):
            return limit
    return next((limit for limit, pattern in _LIMITS_AFTER if pattern.search(after[:20])), Limit.NONE)


def _with_shared_units(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """In '3 to 5 days' and '6, 12 or 24 months' each number has the unit of the last."""
    shared: list[Quantity] = []
    for quantity in reversed(found):
        following = shared[-1] if shared else None
        joined = following is not None and not quantity.unit and _JOINS.match(text[quantity.end : following.start])
        shared.append(_in_unit_of(following, quantity) if joined and following is not None else quantity)
    return shared[::-1]


def _in_unit_of(other: Quantity, quantity: Quantity) -> Quantity:
    values = frozenset(value * other.factor for value in quantity.values)
    return replace(quantity, unit=other.unit, values=values, factor=other.factor, noun=other.noun)


def _with_clauses(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """Each quantity with the words up to the break before its neighbour; without a break both have what is between."""
    begins, ends = [0], list[int]()
    for one, other in pairwise(found):
        between = text[one.end : other.start]
        breaks = list(_BREAK.finditer(between)) if other.start > one.end else []
        begins.append(one.end + breaks[0].start() if breaks else one.end)
        ends.append(one.end + breaks[0].start() if breaks else other.start)
    ends.append(len(text))
    return [replace(q, clause=text[begins[n] : ends[n]]) for n, q in enumerate(found)]
