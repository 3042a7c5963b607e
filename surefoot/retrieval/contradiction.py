"""Says how two sentences about one question contradict each other, and why they may only seem to."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

from surefoot.core.text.folding import folded
from surefoot.core.text.quantities import Limit, Quantity, read_quantities, times_of_day
from surefoot.core.text.roles import roles
from surefoot.retrieval.contrasts import of_another_kind
from surefoot.retrieval.permission import opposed_answers
from surefoot.retrieval.question import QuestionRead
from surefoot.retrieval.statement import Statement, ordinals_in, people_in

Terms = Callable[[str], list[str]]


class Kind(StrEnum):
    """What two documents differ in."""

    FIGURE = "figure"
    DATE = "date"
    TIME = "time"
    YES_NO = "yes or no"
    ROLE = "role"


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
_MINIMUM = re.compile(r"\b(?:minim\w+|at least|no less|smallest|lowest|shortest)\b", re.IGNORECASE)
_MAXIMUM = re.compile(r"\b(?:maxim\w+|at most|up to|no more|largest|highest|longest)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"[,;]\s")
_WORD = re.compile(r"[^\W_]+")
_PERSON = re.compile(r"\b[A-ZÀ-Þ][a-zà-ÿ]+\.? [A-ZÀ-Þ][a-zà-ÿ]+")
"""Two capitalised words, as people are named; a company or a title may look like that, too."""
_CALENDAR = frozenset("date day month year time".split())
"""Words that ask for a date, and say nothing of what it is the date of."""
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
    if _ASKS_WHO.search(question.text):
        return Kind.ROLE if _other_roles(question, one, other, terms) else None
    if one.people and other.people:
        asked = people_in(question.text)
        if _disjoint(one.people - asked, other.people - asked):
            return None
    kind = _other_figures(question.text, one, other)
    if kind is Kind.DATE and (told := _told(question, terms)) and not all(_tells(s, told, terms) for s in (one, other)):
        kind = None
    if question.expects_quantity and kind:
        return kind
    if not _ASKS_WHAT.search(question.text):
        return Kind.YES_NO if opposed_answers(folded(question.text), one.plain, other.plain) else None
    return kind


def _other_figures(question: str, one: Statement, other: Statement) -> Kind | None:
    when = _ASKS_WHEN.search(question) is not None
    if one.dates and other.dates:
        same = any(x.holds(y) or y.holds(x) for x in one.dates for y in other.dates)
        return None if same else Kind.DATE
    a, b = one.plain, other.plain
    times = [times_of_day(text) for text in (a, b)]
    if all(times):
        return None if times[0] & times[1] else Kind.TIME
    for days in (_DAY_OF_MONTH, _WEEKDAY, _MONTH):
        mine, theirs = ({day.lower() for day in days.findall(text)} for text in (a, b))
        if mine and theirs and when:
            return None if mine & theirs else Kind.DATE
    asked = read_quantities(folded(question))
    found = [[q for q in read_quantities(text) if not any(q.same(x) for x in asked)] for text in (a, b)]
    pairs = [(x, y) for x in found[0] for y in found[1] if _of_one_kind(x, y) and (x.unit or not when)]
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


def _other_roles(question: QuestionRead, one: Statement, other: Statement, terms: Terms) -> bool:
    """Whether both say who, and the clauses that answer name nobody in common, those of the question left out."""
    text = question.text
    asked = {frozenset(terms(role)) for role in roles(text.lower())} | {frozenset(terms(text.lower()))}
    answering = [_answering(text, side.plain, terms).lower() for side in (one, other)]
    mine, theirs = ({frozenset(words) for role in roles(said) if (words := terms(role))} for said in answering)
    mine, theirs = ({words for words in some if not any(words <= role for role in asked)} for some in (mine, theirs))
    if mine and theirs:
        return not any(x <= y or y <= x for x in mine for y in theirs)
    known, told, sides = set(_WORD.findall(text.lower())), _told(question, terms), (one, other)
    if (one.names & other.capitals | other.names & one.capitals) - known:
        return False
    in_common_words = not any(side.names - known for side in sides)  # 'a gardening firm'
    if not in_common_words and not all(_says_who(side, known) for side in sides):
        return False
    if not all(_tells(side, told, terms) for side in sides):
        return False
    named = [frozenset(terms(_clause(text, side.plain, terms))) - frozenset(terms(text)) for side in sides]
    return all(named) and not named[0] & named[1]


def _says_who(statement: Statement, known: set[str]) -> bool:
    """Whether a statement has a role or a person's name, two words at least, that the question has not."""
    named = (set(_WORD.findall(match.group().lower())) for match in _PERSON.finditer(statement.plain))
    return bool(statement.people - known) or any(not words & known for words in named)


def _told(question: QuestionRead, terms: Terms) -> set[str]:
    """What is asked of the things that a question names: 'acquired', 'director'."""
    unnamed = (word for word in _WORD.findall(question.text) if word.lower() not in question.names)
    return set(terms(" ".join(word for word in unnamed if word.lower() not in _CALENDAR)))


def _tells(statement: Statement, told: set[str], terms: Terms) -> bool:
    return bool(told & set(terms(statement.whole)))


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
    return (
        any(_EXCEPTION.search(statement.whole) for statement in (one, other))
        or _other_step(question.text, one, other)
        or _disjoint(one.years, other.years)
        or _disjoint(_marks(one, question.text), _marks(other, question.text))
        or of_another_kind(question.text, one.text, other.text)
        or _siblings(one.title, other.title, terms)
        or _other_modifier(question.text, one, other)
    )


def _disjoint(mine: set[str], theirs: set[str]) -> bool:
    return bool(mine and theirs) and not mine & theirs


def _other_step(question: str, one: Statement, other: Statement) -> bool:
    shared = one.ordinals.keys() & other.ordinals.keys()
    unlike = {thing for thing in shared if _disjoint(one.ordinals[thing], other.ordinals[thing])}
    return bool(unlike) and not unlike <= ordinals_in(question.lower()).keys()


def _marks(statement: Statement, question: str) -> set[str]:
    """Codes and numbered names that the question does not mention."""
    asked = question.lower()
    return {mark for mark in statement.marks if not _has_whole(asked, mark)}


def _has_whole(text: str, mark: str) -> bool:
    """Whether a mark stands in a text, and not as a part of a longer one."""
    at = text.find(mark)
    while at >= 0:
        around = text[max(at - 1, 0) : at] + text[at + len(mark) : at + len(mark) + 1]
        if not any(sign.isalnum() or sign in "_-" for sign in around):
            return True
        at = text.find(mark, at + 1)
    return False


@lru_cache(maxsize=1024)
def _title_words(title: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(title))


def _siblings(one: str, other: str, terms: Terms) -> bool:
    """Whether two titles begin alike and end otherwise: 'Training for Nurses' and 'Training for Technicians'."""
    a, b = _title_words(one), _title_words(other)
    begun = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest = [[w for w in words[begun:] if w not in _FORMS and terms(w)] for words in (a, b)]
    return begun > 0 and bool(terms(" ".join(a[:begun]))) and all(rest)


def _other_modifier(question: str, one: Statement, other: Statement) -> bool:
    """Whether a thing of the question is called by another first name in each: 'Hill Clinic' and 'River Clinic'."""
    shared = one.modifiers.keys() & other.modifiers.keys()
    if not shared:
        return False
    asked = {word.lower() for word in _WORD.findall(question) if len(word) > 3}
    both = [(one.modifiers[thing], other.modifiers[thing]) for thing in shared & asked]
    return any(_disjoint(mine, theirs) and not (mine | theirs) & asked for mine, theirs in both)
