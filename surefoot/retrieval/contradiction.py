"""Says how two sentences about one question contradict each other, and why they may only seem to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from surefoot.core.text.dates import read_dates
from surefoot.core.text.folding import folded
from surefoot.core.text.quantities import Limit, Quantity, codes, labels, read_quantities, times_of_day
from surefoot.core.text.roles import roles
from surefoot.retrieval.contrasts import of_another_kind
from surefoot.retrieval.permission import opposed_answers
from surefoot.retrieval.question import QuestionRead

Terms = Callable[[str], list[str]]


class Kind(StrEnum):
    """What two documents differ in."""

    FIGURE = "figure"
    DATE = "date"
    TIME = "time"
    YES_NO = "yes or no"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with what it stands under."""

    text: str
    title: str
    heading: str


_ASKS_WHAT = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_ASKS_WHEN = re.compile(r"\bwhen\b|\b(?:which|what) (?:day|date|month)", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.IGNORECASE)
_MONTH = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b(?! \d)"
)
_DAY_OF_MONTH = re.compile(r"\b(?:[12]?\d|3[01])(?:st|nd|rd|th)\b(?= (?:of|day)\b|[.,;]|$)")
_ASKS_WHO = re.compile(
    r"(?:^|[^\w\s]\s*|\b(?:and|but|or|by|to|for|from|with|of|on|know|me|us|exactly)\s+)(?:who|whom|whose)\b|"
    r"\bwhich (?:person|role|desk|team|office|department|function)\b",
    re.IGNORECASE,
)
"""'Who' behind a noun asks nothing: 'a friend who signs up'."""
_EXCEPTION = re.compile(
    r"\b(?:exception\w*|exempt\w*|special case|differing from|deviating|unlike|instead of|notwithstanding|derogation|"
    r"waive\w*|other than|apart from|as a special|in place of|by way of|regardless of the general|only for|"
    r"in contrast|contrary to)\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\b(first|second|third|fourth|fifth|sixth|last|final|initial|[1-9]\d?(?:st|nd|rd|th))\s([a-z]{3,})|"
    r"\b(level|step|stage|tier|phase|class|zone|grade|category)\s(\d|[A-Z])\b",
    re.IGNORECASE,
)
_MINIMUM = re.compile(r"\b(?:minim\w+|at least|no less|smallest|lowest|shortest)\b", re.IGNORECASE)
_MAXIMUM = re.compile(r"\b(?:maxim\w+|at most|up to|no more|largest|highest|longest)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"[,;]\s")
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d.,/-]\d|\d)")
_WORD = re.compile(r"[^\W_]+")
_PEOPLE = frozenset(
    "people person persons visitors visitor guests guest participants participant heads head staff users".split()
)
_FORMS = frozenset(
    "part notice page section chapter annex appendix guide guideline guidelines rule rules policy manual handbook "
    "leaflet plan instruction instructions standard procedure procedures terms list sheet notes order card faq "
    "questions conditions form regulation regulations code charter statement memo agreement overview "
    "summary document".split()
)
"""Words of a title that say what kind of document it is, not what it is about."""


def contradiction(question: QuestionRead, one: Statement, other: Statement, terms: Terms) -> Kind | None:
    """In what two statements contradict each other as answers to a question; None where they do not."""
    if _about_others(question, one, other, terms):
        return None
    a, b = folded(one.text), folded(other.text)
    if _ASKS_WHO.search(question.text):
        return Kind.ROLE if _other_roles(question.text, a, b, terms) else None
    if _disjoint(_people(a, question.text), _people(b, question.text)):
        return None
    if question.expects_quantity and (kind := _other_figures(question.text, a, b)):
        return kind
    if not _ASKS_WHAT.search(question.text):
        return Kind.YES_NO if opposed_answers(folded(question.text), a, b) else None
    return _other_figures(question.text, a, b)


def _people(text: str, question: str) -> set[str]:
    """Roles that a sentence speaks of, by their last word, without those of the question."""
    return {role.split()[-1] for role in roles(text.lower())} - {role.split()[-1] for role in roles(question.lower())}


def _other_figures(question: str, a: str, b: str) -> Kind | None:
    dates = [read_dates(text) for text in (a, b)]
    if all(dates):
        same = any(x.holds(y) or y.holds(x) for x in dates[0] for y in dates[1])
        return None if same else Kind.DATE
    times = [times_of_day(text) for text in (a, b)]
    if all(times):
        return None if times[0] & times[1] else Kind.TIME
    for days in (_DAY_OF_MONTH, _WEEKDAY, _MONTH):
        mine, theirs = ({day.lower() for day in days.findall(text)} for text in (a, b))
        if (
            mine
            and theirs
            and re.search(r"\bwhen\b|\b(?:which|what) (?:day|date|month)|\bby when\b", question, re.IGNORECASE)
        ):
            return None if mine & theirs else Kind.DATE
    asked = read_quantities(folded(question))
    found = [[q for q in read_quantities(text) if not any(q.same(x) for x in asked)] for text in (a, b)]
    pairs = [(x, y) for x in found[0] for y in found[1] if _of_one_kind(x, y)]
    if not pairs or any(x.same(y) for x, y in pairs) or any(_bounds_a_range(x, y, a, b) for x, y in pairs):
        return None
    return Kind.FIGURE


def _of_one_kind(x: Quantity, y: Quantity) -> bool:
    if x.unit or y.unit:
        return x.unit == y.unit
    people = x.noun in _PEOPLE and y.noun in _PEOPLE
    return people or not (x.noun and y.noun) or x.noun[:4] == y.noun[:4]


def _bounds_a_range(x: Quantity, y: Quantity, a: str, b: str) -> bool:
    """The least and the most of a thing do not contradict each other."""
    low, high = {Limit.LEAST, Limit.OVER}, {Limit.MOST, Limit.UNDER}
    x_low, y_low = (q.limit in low or _MINIMUM.search(text) is not None for q, text in ((x, a), (y, b)))
    x_high, y_high = (q.limit in high or _MAXIMUM.search(text) is not None for q, text in ((x, a), (y, b)))
    if x_low and y_high and not x_high:
        return min(x.values) <= max(y.values)
    return y_low and x_high and not y_high and min(y.values) <= max(x.values)


def _other_roles(question: str, a: str, b: str, terms: Terms) -> bool:
    """Whether the clauses that answer name no role in common, those of the question left out."""
    asked = {frozenset(terms(role)) for role in roles(question.lower())} | {frozenset(terms(question.lower()))}
    mine, theirs = (
        {words for role in roles(_answering(question, text, terms).lower()) if (words := frozenset(terms(role)))}
        for text in (a, b)
    )
    mine, theirs = ({words for words in some if not any(words <= known for known in asked)} for some in (mine, theirs))
    if mine and theirs:
        return not any(x <= y or y <= x for x in mine for y in theirs)
    named = [frozenset(terms(_clause(question, text, terms))) - frozenset(terms(question)) for text in (a, b)]
    return all(named) and not named[0] & named[1]


def _clause(question: str, text: str, terms: Terms) -> str:
    """The clause that has most of the question's words."""
    asked = set(terms(question))
    return max(_CLAUSES.split(text), key=lambda clause: len(asked & set(terms(clause))))


def _answering(question: str, text: str, terms: Terms) -> str:
    """Of the clauses that name a role, the one that has most of the question's words."""
    asked = set(terms(question))
    clauses = [clause for clause in _CLAUSES.split(text) if any(roles(clause.lower()))]
    return max(clauses, key=lambda clause: len(asked & set(terms(clause))), default="")


def _about_others(question: QuestionRead, one: Statement, other: Statement, terms: Terms) -> bool:
    """Whether the statements speak of different things: an exception, another step, year, item, or kin by its title."""
    a, b = f"{one.heading}. {one.text}", f"{other.heading}. {other.text}"
    return (
        any(_EXCEPTION.search(text) for text in (a, b))
        or _other_step(question.text, a, b)
        or _disjoint(_years(one.text), _years(other.text))
        or _disjoint(_marks(a, question.text), _marks(b, question.text))
        or of_another_kind(question.text, one.text, other.text)
        or _siblings(one.title, other.title, terms)
        or _other_modifier(question.text, a, b)
    )


def _disjoint(mine: set[str], theirs: set[str]) -> bool:
    return bool(mine and theirs) and not mine & theirs


def _ordinals(text: str) -> dict[str, set[str]]:
    """Which of several: for 'step' that it is the first, for 'level' that it is 2."""
    found: dict[str, set[str]] = {}
    for which, thing, level_of, level in (match.groups(default="") for match in _ORDINAL.finditer(text)):
        found.setdefault(thing or level_of, set()).add(which or level)
    return found


def _other_step(question: str, a: str, b: str) -> bool:
    mine, theirs, asked = (_ordinals(text.lower()) for text in (a, b, question))
    return any(_disjoint(mine[thing], theirs[thing]) for thing in mine.keys() & theirs.keys() - asked.keys())


def _years(text: str) -> set[str]:
    """Years outside of dates."""
    plain = text
    for date in read_dates(text):
        plain = plain[: date.start] + " " * (date.end - date.start) + plain[date.end :]
    return set(_YEAR.findall(plain))


def _marks(text: str, question: str) -> set[str]:
    """Codes and numbered names that the question does not mention."""
    found = {match.group().lower() for match in (*codes(folded(text)), *labels(folded(text)))}
    return {mark for mark in found if mark not in question.lower()}


@lru_cache(maxsize=1024)
def _title_words(title: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(title))


def _siblings(one: str, other: str, terms: Terms) -> bool:
    """Whether two titles begin alike and end otherwise: 'Training for Nurses' and 'Training for Technicians'."""
    a, b = _title_words(one), _title_words(other)
    begun = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest = [[w for w in words[begun:] if w not in _FORMS and terms(w)] for words in (a, b)]
    return begun > 0 and bool(terms(" ".join(a[:begun]))) and all(rest)


def _other_modifier(question: str, a: str, b: str) -> bool:
    """Whether a thing of the question is called by another first name in each: 'Hill Clinic' and 'River Clinic'."""
    asked = {word.lower() for word in _WORD.findall(question) if len(word) > 3}
    for thing in asked:
        mine, theirs = set(_modifiers(a, thing)), set(_modifiers(b, thing))
        if _disjoint(mine, theirs) and not (mine | theirs) & asked:
            return True
    return False


def _modifiers(text: str, thing: str) -> Iterator[str]:
    """Capitalised words right before a thing."""
    for found in re.finditer(rf"\b([A-ZÀ-Þ][\w'-]+)\s{re.escape(thing)}\b", text, re.IGNORECASE):
        word = found.group(1)
        if word[0].isupper() and word.lower() not in ("the", "a", "an", "each", "every", "this", "our", "no", "all"):
            yield word.lower()
