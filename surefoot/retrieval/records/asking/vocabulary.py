"""The words that mean something in a question about records: metrics, listings, dimensions and their values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from surefoot.retrieval.records.asking.cues import CUES, EMPTY
from surefoot.retrieval.records.asking.words import Word, forms
from surefoot.retrieval.records.declared import DimensionDecl
from surefoot.retrieval.records.semantic import Semantics

Forms = tuple[str, ...]
GAP = "…"
"""Between two parts of a phrase that may stand apart."""


class Role(StrEnum):
    """What a phrase stands for."""

    METRIC = "metric"
    LISTING = "listing"
    DIMENSION = "dimension"
    VALUE = "value"
    CUE = "cue"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a phrase may mean."""

    role: Role
    name: str
    """Of the metric, listing or dimension; of a cue its kind."""
    value: str = ""
    """As it stands in the rows, where it is a dimension's value."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A phrase that was found, and what it may mean."""

    first: int
    last: int
    """Half-open positions among the question's words."""
    meanings: tuple[Meaning, ...]

    @property
    def one(self) -> Meaning:
        """The first meaning."""
        return self.meanings[0]

    def of(self, role: Role) -> tuple[Meaning, ...]:
        """The meanings of one role."""
        return tuple(meaning for meaning in self.meanings if meaning.role is role)


Values = Mapping[str, Mapping[str, str]]
"""Of each dimension, names of values that the asker may see, and the value in the rows that each stands for."""


class Vocabulary:
    """Finds phrases."""

    def __init__(self, semantics: Semantics, values: Values) -> None:
        self._phrases: dict[Forms, dict[Meaning, None]] = defaultdict(dict)
        self._shy: dict[str, Meaning] = {}
        """Values named like a word that questions are made of, such as a customer 'Total': meant only as written."""
        self._apart: list[tuple[tuple[Forms, ...], Meaning]] = []
        self.values = values
        for phrase, meaning in _declared(semantics):
            self._add(phrase, meaning)
        for cue_forms, cue in CUES.items():
            self._phrases[cue_forms].setdefault(Meaning(Role.CUE, cue.value))
        for dimension, names in values.items():
            for name, value in names.items():
                self._name(name, Meaning(Role.VALUE, dimension, value))
        self._apart.sort(key=lambda entry: -sum(map(len, entry[0])))
        self.words = frozenset(_plain_words(semantics))
        """Words of what is declared, as written."""
        self._longest = max(map(len, self._phrases), default=1)
        self._starts = {key[0] for key in self._phrases} | {forms(name)[0] for name in self._shy}

    def marks(self, words: list[Word]) -> list[Mark]:
        """The phrases in the words, the longest first at each place; none overlap."""
        found: list[Mark] = []
        at = 0
        while at < len(words):
            mark = self._at(words, at)
            found += [mark] if mark else []
            at = mark.last if mark else at + 1
        return found

    def apart(self, words: list[Word], free: Iterable[int]) -> Iterator[tuple[tuple[int, ...], Meaning]]:
        """Phrases whose parts stand apart, all at free positions: those positions, and the meaning; longest first."""
        places = sorted(free)
        for parts, meaning in self._apart:
            if found := _placed(words, places, parts):
                yield found, meaning

    def _name(self, name: str, meaning: Meaning) -> None:
        """Add a value's name; where it is a word that questions are made of, it counts only in capitals, as written."""
        known = self._phrases.get(forms(name), {})
        if len(forms(name)) > 1 and any(m.role is Role.CUE for m in known):
            return  # 'how many' means what it says
        if len(forms(name)) == 1 and (forms(name)[0] in EMPTY or any(m.role in _MADE_OF for m in known)):
            self._shy[name] = meaning
        else:
            self._add(name, meaning)

    def _add(self, phrase: str, meaning: Meaning) -> None:
        parts = tuple(key for part in phrase.split(GAP) if (key := forms(part)))
        if len(parts) > 1:
            self._apart.append((parts, meaning))
        elif parts:
            self._phrases[parts[0]].setdefault(meaning)

    def _at(self, words: list[Word], at: int) -> Mark | None:
        if words[at].form not in self._starts:
            return None
        shy = self._shy.get(words[at].text) if at and words[at].text[0].isupper() else None
        if shy is not None:
            return Mark(at, at + 1, (shy,))
        for length in range(min(self._longest, len(words) - at), 0, -1):
            meanings = self._phrases.get(tuple(word.form for word in words[at : at + length]))
            if meanings:
                return Mark(at, at + length, tuple(meanings))
        return None


_MADE_OF = {Role.CUE, Role.DIMENSION}


def _plain_words(semantics: Semantics) -> Iterator[str]:
    for phrase, _ in _declared(semantics):
        yield from (word for word in phrase.split() if word.isalpha())


def _declared(semantics: Semantics) -> Iterator[tuple[str, Meaning]]:
    declared = semantics.declared
    for phrase, names in declared.ambiguous.items():
        for name in names:
            yield phrase, Meaning(Role.METRIC if name in declared.metrics else Role.LISTING, name)
    for name, metric in declared.metrics.items():
        phrases = () if metric.hidden else (metric.title, *metric.words)
        yield from ((phrase, Meaning(Role.METRIC, name)) for phrase in phrases)
    for name, listing in declared.listings.items():
        yield from ((phrase, Meaning(Role.LISTING, name)) for phrase in (listing.title, *listing.words))
    for name, dimension in declared.dimensions.items():
        yield from _of_dimension(name, dimension)


def _of_dimension(name: str, declared: DimensionDecl) -> Iterator[tuple[str, Meaning]]:
    for phrase in (declared.title, declared.plural, *declared.words):
        yield phrase, Meaning(Role.DIMENSION, name)
    for value, others in declared.values.items():
        yield from ((phrase, Meaning(Role.VALUE, name, value)) for phrase in (value, *others))


def _placed(words: list[Word], places: list[int], parts: tuple[Forms, ...]) -> tuple[int, ...]:
    """Positions of the parts in their order; empty where one of them is missing."""
    found: list[int] = []
    begin = 0
    for part in parts:
        at = next(
            (
                p
                for p in places
                if p >= begin
                and p + len(part) <= len(words)
                and all(words[p + n].form == one and p + n in places for n, one in enumerate(part))
            ),
            None,
        )
        if at is None:
            return ()
        found += range(at, at + len(part))
        begin = at + len(part)
    return tuple(found)
