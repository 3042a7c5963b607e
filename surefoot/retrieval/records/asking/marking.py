"""Finds all that means something in a question about records: times, phrases, numbers; and what is left over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from surefoot.core.text.quantities import Limit, Quantity, read_quantities
from surefoot.retrieval.records.asking.cues import EMPTY, Cue
from surefoot.retrieval.records.asking.vocabulary import Mark, Meaning, Role, Vocabulary
from surefoot.retrieval.records.asking.words import Word, forms, words
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.times.found import TimeFound
from surefoot.retrieval.records.times.grammar import find_times

_DIGITS: dict[str, int] = dict(
    zip("zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(), range(2, 13), strict=True)
)
_GERMAN = re.compile(rf"\b(?:{'|'.join(_DIGITS)})\b", re.IGNORECASE)
_LIMITS = {
    "mehr als": "over",
    "über": "over",
    "weniger als": "under",
    "unter": "under",
    "mindestens": "at least",
    "wenigstens": "at least",
    "höchstens": "at most",
}
_GERMAN_LIMIT = re.compile(rf"\b(?:{'|'.join(_LIMITS)})(?=\s+\d)", re.IGNORECASE)
_LEADING = re.compile(
    r"\b(?:at (?:the )?(?:least|most)|(?:no|not) (?:more|fewer|less) than|maximum of|minimum of)\s*$", re.IGNORECASE
)
"""What stands before a number as its limit, and would else ask for the least, the most or none."""

_RULE = Meaning(Role.CUE, Cue.RULE.value)
_LIMITING = frozenset(forms("above beyond exceed exceeding over below under"))
_VERBS = frozenset({"make", "makes"})
_BEFORE_NOUNS = frozenset("which what by per each every the best worst top".split())
_BARE = frozenset({"the", "limit"})
_UNKNOWN = Meaning(Role.CUE, Cue.UNKNOWN.value)


@dataclass(frozen=True, slots=True)
class Marked:
    """A question with all that was found in it."""

    text: str
    words: tuple[Word, ...]
    times: tuple[TimeFound, ...]
    marks: tuple[Mark, ...]
    """In the order in which they stand."""
    quantities: tuple[Quantity, ...]
    """Numbers with their limit, outside of times and names."""
    left: tuple[int, ...]
    """Positions of words that nothing accounts for."""

    def of(self, role: Role) -> list[Mark]:
        """The marks that may have this role."""
        return [mark for mark in self.marks if mark.of(role)]

    def cues(self) -> set[Cue]:
        """All cues."""
        return {Cue(meaning.name) for mark in self.marks for meaning in mark.of(Role.CUE)}

    def has(self, *cues: Cue) -> bool:
        """Whether one of the cues is there."""
        return bool(self.cues() & set(cues))

    def written(self, first: int, last: int) -> str:
        """The question's own letters of some of its words."""
        return self.text[self.words[first].start : self.words[last - 1].end]


def marked(text: str, vocabulary: Vocabulary, semantics: Semantics, now: datetime) -> Marked:
    """A question with its times, phrases and numbers."""
    times = find_times(text, now, semantics.zone, semantics.week_start)
    plain = _blanked(_in_digits(text), [span for found in times for span in (found.span, found.against_span) if span])
    said = words(plain)
    apart = dict(_apart(said, vocabulary))
    taken = {position for positions in apart for position in positions}
    marks = [mark for block in _blocks(said, taken) for mark in _shifted(vocabulary, said, block)]
    quantities = _quantities(plain, said, marks)
    spans = [(_led(plain, q), q.end) for q in quantities]
    marks += [Mark(min(at), max(at) + 1, (meaning,)) for at, meaning in apart.items()]
    marks = [
        m
        for m in marks
        if not any(start <= said[m.first].start and said[m.last - 1].end <= end for start, end in spans)
        and not _is_verb(m, said)
        and not (m.one == _RULE and _limits(plain, said[m.last - 1].end, quantities))
        and not (m.one == _RULE and _compares(said[m.last - 1], times))
    ]
    known = [m for m in marks if m.first not in taken and m.one != _UNKNOWN]
    covered = taken | {n for m in known for n in range(m.first, m.last)}
    covered |= {n for n, w in enumerate(said) if any(start <= w.start < end for start, end in spans)}
    covered |= {n for n, w in enumerate(said) if w.form in _LIMITING and _limits(plain, w.end, quantities)}
    covered |= {n for n, w in enumerate(said) if _compares(w, times)}
    unknown = {n for m in marks if m.one == _UNKNOWN for n in range(m.first, m.last)}
    left = tuple(n for n, word in enumerate(said) if n not in covered and (word.form not in EMPTY or n in unknown))
    marks = [Mark(m.first, m.last, (_RULE,)) if _is_bare_limit(m, marks, said) else m for m in marks]
    return Marked(text, tuple(said), times, tuple(sorted(marks, key=lambda m: m.first)), quantities, left)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text of the same length with full stops over the spans, so that no phrase reaches across."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _in_digits(text: str) -> str:
    """The text of the same length, German numbers in digits and German limits in English."""
    text = _GERMAN.sub(lambda found: f"{_DIGITS[found.group().lower()]:<{len(found.group())}}", text)
    return _GERMAN_LIMIT.sub(lambda found: f"{_LIMITS[found.group().lower()]:<{len(found.group())}}", text)


def _led(text: str, quantity: Quantity) -> int:
    """Where a quantity begins, with the words of its limit."""
    leading = _LEADING.search(text, 0, quantity.start) if quantity.limit is not Limit.NONE else None
    return leading.start() if leading else quantity.start


def _apart(said: list[Word], vocabulary: Vocabulary) -> Iterator[tuple[tuple[int, ...], Meaning]]:
    """Phrases whose parts stand apart, where no phrase of one piece is as long and has a word of theirs."""
    free = set(range(len(said)))
    longer = [mark for mark in vocabulary.marks(said) if mark.of(Role.METRIC) or mark.of(Role.LISTING)]
    for positions, meaning in vocabulary.apart(said, free):
        hidden = any(m.last - m.first >= len(positions) and set(range(m.first, m.last)) & {*positions} for m in longer)
        if free.issuperset(positions) and not hidden:
            free -= set(positions)
            yield positions, meaning


def _blocks(said: list[Word], taken: set[int]) -> Iterator[tuple[int, int]]:
    """Runs of positions that are not taken."""
    start: int | None = None
    for n in range(len(said) + 1):
        free = n < len(said) and n not in taken
        if free and start is None:
            start = n
        elif not free and start is not None:
            yield start, n
            start = None


def _shifted(vocabulary: Vocabulary, said: list[Word], block: tuple[int, int]) -> list[Mark]:
    first, last = block
    return [Mark(mark.first + first, mark.last + first, mark.meanings) for mark in vocabulary.marks(said[first:last])]


def _is_verb(mark: Mark, said: list[Word]) -> bool:
    """Whether 'make' is what something does, not the make of a vehicle: 'which make' and 'by make' ask for that."""
    if mark.last - mark.first != 1 or said[mark.first].text.lower() not in _VERBS:
        return False
    before = said[mark.first - 1].text.lower() if mark.first else ""
    behind = said[mark.last].text.lower() if mark.last < len(said) else ""
    asks = before == "what" and said[mark.first].text.lower() == "makes"  # 'what makes it harsh'
    return asks or (before not in _BEFORE_NOUNS and behind != "of")


def _is_bare_limit(mark: Mark, marks: list[Mark], said: list[Word]) -> bool:
    """Whether 'over the limit', which else means speeding, speaks of the limit of what another phrase names."""
    own = {word.form for word in said[mark.first : mark.last]}
    others = any(one is not mark and one.of(Role.METRIC) for one in marks)
    return bool(mark.of(Role.METRIC)) and own >= _BARE and own <= _BARE | _LIMITING and others


def _compares(word: Word, times: tuple[TimeFound, ...]) -> bool:
    """Whether 'above' and the like stand before a time, which is then what is compared with."""
    return word.form in _LIMITING and any(0 < time.span[0] - word.end <= 1 for time in times)


def _limits(plain: str, end: int, quantities: tuple[Quantity, ...]) -> bool:
    """Whether what ends there is the limit of the number behind it: 'above' in 'above 20 %' tells of no rule."""
    return any(q.limit and q.start >= end and not plain[end : q.start].strip() for q in quantities)


def _quantities(plain: str, said: list[Word], marks: list[Mark]) -> tuple[Quantity, ...]:
    """Numbers outside of the phrases that were found; 'no' is none of them.

    A thing named '12' gives way to a number with a unit or a limit, and to one that counts, as in 'top 12 vehicles'.
    """
    spans = [
        (said[m.first].start, said[m.last - 1].end, m.last - m.first == 1 and said[m.first].is_number)
        for m in marks
        if any(w.is_number or w.is_code for w in said[m.first : m.last])
    ]
    counted = {said[m.first].start - 1 for m in marks if m.of(Role.DIMENSION)}
    return tuple(
        q
        for q in read_quantities(plain)
        if (q.limit is not Limit.NONE or q.values)
        and not any(
            start < q.end and q.start < end and not (bare and (q.limit or q.unit or q.end in counted))
            for start, end, bare in spans
        )
    )
