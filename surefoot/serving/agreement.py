"""Says why a source does not carry a claim: other numbers, dates, names, an opposite; in words for a reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from surefoot.core.text.dates import DateMention, read_dates
from surefoot.core.text.folding import folded
from surefoot.core.text.polarity import why_opposed
from surefoot.core.text.quantities import Limit, Quantity, codes, read_quantities, times_of_day
from surefoot.core.text.rates import other_ratio, other_word
from surefoot.retrieval.units import Unit
from surefoot.serving.naming import Known, unnamed

Terms = Callable[[str], list[str]]

_LETTER = re.compile(r"(?<=[\w,] )[A-Z](?![\w'])")
_YEAR = re.compile(r"\b(?:in|since|until|before|after|during|year)\s((?:1[6-9]|20)\d\d)\b", re.IGNORECASE)
_EMPTY = frozenset(
    "within must may shall can will would could should still also one without per each every upon their there where "
    "when which that than then only not no never such same more most least less has have been being does do did it "
    "its".split()
)
"""Words that tie a claim to no matter; what they deny or limit is looked at by itself."""
_TURNED = {
    Limit.LEAST: frozenset({Limit.MOST, Limit.UNDER}),
    Limit.OVER: frozenset({Limit.MOST, Limit.UNDER}),
    Limit.MOST: frozenset({Limit.LEAST, Limit.OVER}),
    Limit.UNDER: frozenset({Limit.LEAST, Limit.OVER}),
}
"""Which limits say the opposite of one."""
NEARLY_VERBATIM = 0.7
"""Share of a claim's words in the source from which a limit turned round is a contradiction, not another thought."""


@dataclass(frozen=True, slots=True)
class Source:
    """One piece of evidence, read."""

    text: str
    """Folded: what it says itself."""
    around: str
    """Folded: headings and context before it, then the text."""
    words: frozenset[str]
    """Content words of `around`, without numbers."""
    lead: frozenset[str]
    """Those that all of it is about: of the headings and, in a row, of its first cell."""
    first_cell: frozenset[str]
    """In a row: the words and codes of its first cell, which say what the row is about."""


_Placed = tuple[Quantity, Source]
"""A quantity with the source that it stands in."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim or question, read."""

    text: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a source does not carry a claim."""

    reason: str
    contradicts: bool
    """The source says otherwise; it does not merely say less."""


def read_source(unit: Unit, terms: Terms) -> Source:
    """Read a unit with its headings."""
    return _read_source(unit.heading, "" if unit.is_row else unit.context, unit.shown, unit.is_row, terms)


@lru_cache(maxsize=1024)
def _read_source(heading: str, context: str, shown: str, is_row: bool, terms: Terms) -> Source:
    text = folded(shown)
    above = f"{folded(heading)}. {folded(context)}"
    cell = re.split(r" [—–] ", text)[0] if is_row else ""
    first_cell = content_words(cell, terms) | {found.group().lower() for found in codes(cell)}
    lead = content_words(above, terms) | content_words(cell, terms)
    return Source(text, f"{above}. {text}", content_words(f"{above} {text}", terms), lead, first_cell)


def read_text(text: str, terms: Terms) -> Reading:
    """Read a claim or a question."""
    plain = folded(text)
    return Reading(plain, content_words(plain, terms))


@lru_cache(maxsize=4096)
def content_words(text: str, terms: Terms) -> frozenset[str]:
    """Stems of a folded text without numbers and their units, and single capitals ('Service B')."""
    plain = text
    for quantity in read_quantities(text):
        if quantity.unit:
            plain = plain[: quantity.start] + " " * (quantity.end - quantity.start) + plain[quantity.end :]
    words = {term for term in terms(plain) if not term[0].isdigit() and term not in _EMPTY}
    return frozenset(words | {f"={letter}" for letter in _LETTER.findall(text)})


class Agreement:
    """Holds one claim, asked for by one question, against sources."""

    def __init__(self, claim: Reading, question: Reading, known: Known, terms: Terms) -> None:
        self._claim = claim
        self._question = question
        self._known = known
        self._terms = terms
        self._quantities = read_quantities(claim.text)
        self._dates = read_dates(claim.text)

    def objections(self, sources: Sequence[Source]) -> list[Objection]:
        """What speaks against the claim when these sources, taken together, are to carry it; the gravest first."""
        around = "\n".join(source.around for source in sources)
        text = "\n".join(source.text for source in sources)
        moments = [*self._on_dates(text, around), *self._on_times(text, around)]
        ratio, another = other_ratio(self._claim.text, self._question.text, text, around)
        ratios = [Objection(ratio, contradicts=another)] if ratio else []
        found = [*self._on_numbers(sources), *ratios, *moments, *self._on_names(text, around)]
        opposed = why_opposed(self._claim.text, [source.text for source in sources], self._terms)
        opposed = opposed or other_word(self._claim.text, text, around)
        return found + ([Objection(opposed, contradicts=True)] if opposed else [])

    def _on_numbers(self, sources: Sequence[Source]) -> list[Objection]:
        theirs = [(q, source) for source in sources for q in read_quantities(source.text)]
        nearby = [(q, source) for source in sources for q in read_quantities(source.around)]
        found: list[Objection] = []
        around = " ".join(source.around for source in sources).lower()
        text = "\n".join(source.text for source in sources)
        for mine in self._quantities:
            if not mine.unit and _is_label(self._claim.text, mine, around):
                continue
            same = [pair for pair in theirs if pair[0].same(mine)] or [pair for pair in nearby if pair[0].same(mine)]
            rivals = [
                pair
                for pair in theirs
                if pair[0].comparable(mine) and not pair[0].same(mine) and _counts_same(pair[0], mine)
            ]
            unclaimed = [pair for pair in rivals if not any(pair[0].same(q) for q in self._quantities)]
            if not same:
                if not self._asked(mine) or (unclaimed and not self._another_carried(mine, theirs)):
                    found.append(_another_number(mine, unclaimed or rivals))
                elif _is_year(mine) and (year := _other_year(self._claim.text, text)):
                    found.append(Objection(f"the source says {year}, not {mine.shown}", contradicts=True))
            elif (rival := self._nearer_rival(mine, same, rivals)) is not None:
                found.append(Objection(f"the source gives {rival.shown} for that, not {mine.shown}", contradicts=True))
            elif (turned := self._turned(mine, same)) is not None:
                reason = f"the source says “{turned.limit.value} {turned.shown}”, not “{mine.limit.value}”"
                found.append(Objection(reason, contradicts=True))
        return found

    def _asked(self, mine: Quantity) -> bool:
        return any(q.same(mine) for q in read_quantities(self._question.text))

    def _another_carried(self, mine: Quantity, theirs: Sequence[_Placed]) -> bool:
        """Whether the claim gives the sources' figure of that unit too: 'rated at 500 kg, so 450 kg is within'."""
        others = [q for q in self._quantities if q is not mine and q.unit == mine.unit]
        return any(q.same(other) for q, _ in theirs for other in others)

    def _nearer_rival(self, mine: Quantity, same: Sequence[_Placed], rivals: Sequence[_Placed]) -> Quantity | None:
        """A quantity of the same kind whose words are nearer to the claim's than those of the equal one."""
        own = content_words(mine.clause, self._terms)
        alone = sum(q.unit == mine.unit for q in self._quantities) == 1
        for words, lead in ((own, 0.0), (self._question.words, 0.5))[: 1 + alone]:
            for rival in rivals:
                leads = [self._lead(words, one, rival) for one in same]
                if max(leads) < -lead:
                    return rival[0]
                if max(leads) > 0:
                    return None
        return None

    def _lead(self, words: frozenset[str], one: _Placed, rival: _Placed) -> float:
        """By how much more of its own words `one` is meant than its rival; within one source relative to their number.

        Relative, because 'and trucks at least 53 %' shares what is said before it of vans.
        """
        mine, others = (self._belonging(*placed) for placed in (one, rival))
        only, only_rival = mine - others, others - mine
        if one[1] is rival[1]:
            return len(words & only) / max(1, len(only)) - len(words & only_rival) / max(1, len(only_rival))
        return len(words & only) - len(words & only_rival)

    def _belonging(self, quantity: Quantity, source: Source) -> frozenset[str]:
        """The words that a quantity belongs to: its clause, its row's first cell and what the source stands under."""
        return content_words(quantity.clause, self._terms) | source.lead

    def _turned(self, mine: Quantity, same: Sequence[_Placed]) -> Quantity | None:
        """The same number with the opposite limit, in nearly the same words."""
        turned = _TURNED.get(mine.limit, frozenset())
        if any(theirs.limit not in turned for theirs, _ in same):
            return None
        own = content_words(mine.clause, self._terms)
        alike = [q for q, source in same if len(own & source.words) >= NEARLY_VERBATIM * len(own)]
        return alike[0] if alike else None

    def _on_dates(self, text: str, around: str) -> list[Objection]:
        theirs = read_dates(around)
        found: list[Objection] = []
        for mine in self._dates:
            shown = self._claim.text[mine.start : mine.end]
            holding = [date for date in theirs if date.holds(mine)]
            if not holding and not self._excused(mine, text):
                given = around[theirs[-1].start : theirs[-1].end] if theirs else _other_year(self._claim.text, text)
                others = f"the source says {given}, not {shown}" if given else ""
                found.append(Objection(others or f"no source gives the date {shown}", contradicts=bool(given)))
            elif holding and not any(_year_told(mine, date, around) for date in holding):
                found.append(Objection(f"no source gives the year of {shown}", contradicts=False))
        return found

    def _excused(self, mine: DateMention, text: str) -> bool:
        """Whether a date may be the question's alone: the sources give none, or the claim gives theirs too."""
        if not any(date.holds(mine) for date in read_dates(self._question.text)):
            return False
        theirs = read_dates(text)
        if theirs:
            return any(date.holds(other) for date in theirs for other in self._dates)
        return not _other_year(self._claim.text, text)

    def _on_times(self, text: str, around: str) -> list[Objection]:
        """Times that no source gives; the question's are let pass as its dates are."""
        mine, theirs = times_of_day(self._claim.text), times_of_day(text)
        excused = times_of_day(self._question.text) if mine & theirs or not theirs else set[str]()
        missing = ", ".join(sorted(mine - times_of_day(around) - excused))
        if missing and theirs:
            return [Objection(f"the source says {', '.join(sorted(theirs))}, not {missing}", contradicts=True)]
        return [Objection(f"no source gives the time {missing}", contradicts=False)] if missing else []

    def _on_names(self, text: str, around: str) -> list[Objection]:
        strange = unnamed(self._claim.text, text, around, self._known, self._terms)
        return [Objection(f"no source names {', '.join(strange)} there", contradicts=False)] if strange else []


def _another_number(mine: Quantity, rivals: Sequence[_Placed]) -> Objection:
    alike = [q for q, _ in rivals if q.unit == mine.unit and (q.unit or q.noun == mine.noun)]
    if not alike:
        return Objection(f"no source gives the number {mine.shown}", contradicts=False)
    given = " or ".join(dict.fromkeys(_told(q) for q in alike[:3]))
    return Objection(f"the source says {given}, not {_told(mine)}", contradicts=True)


def _told(quantity: Quantity) -> str:
    """The quantity with what it counts."""
    return quantity.shown if quantity.unit or not quantity.noun else f"{quantity.shown} {quantity.noun}"


def _is_label(claim: str, mine: Quantity, around: str) -> bool:
    """Whether a bare number that follows a capital word is a name which the source has too: 'Corvane 35'."""
    word = re.search(r"[A-Z][\w-]*\s$", claim[: mine.start])
    return word is not None and f"{word.group()}{mine.shown}".lower() in around


def _counts_same(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities can be taken for each other: of one unit, or counting the same."""
    if one.unit or other.unit:
        return one.unit == other.unit
    if _is_year(one) != _is_year(other):
        return False
    return not (one.noun and other.noun) or one.noun[:4] == other.noun[:4]


def _is_year(quantity: Quantity) -> bool:
    """Whether a bare number is written like a year of our time."""
    return re.fullmatch(r"(?:1[6-9]|20)\d\d", quantity.shown) is not None


def _other_year(claim: str, text: str) -> str:
    """A year that a text gives, where it gives none of the claim's; '' where either gives none."""
    mine, theirs = _years(claim), _years(text)
    return min(theirs) if mine and theirs and not mine & theirs else ""


def _years(text: str) -> set[str]:
    days = {str(day.year) for date in read_dates(text) for day in date.readings if day.year}
    return days | set(_YEAR.findall(text))


def _year_told(mine: DateMention, theirs: DateMention, around: str) -> bool:
    """Whether the claim's year stands in the source, beside the day or elsewhere."""
    years = {day.year for day in mine.readings} - {None}
    return not years or any(day.year in years for day in theirs.readings) or any(str(year) in around for year in years)
