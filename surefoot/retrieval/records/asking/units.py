"""Words of units: which metrics are told in them, and whether one only says how a number shall be told."""

from __future__ import annotations

import re
from dataclasses import dataclass

from surefoot.core.text.units_of_measure import UNITS
from surefoot.retrieval.records.asking.draft import Draft
from surefoot.retrieval.records.asking.words import forms
from surefoot.retrieval.records.declared import Ratio
from surefoot.retrieval.records.semantic import Semantics


def kind_of(draft: Draft, at: int) -> str:
    """What kind of unit the word at a position is, such as 'length'; '' where it is none."""
    word = draft.marked.words[at].text.lower()
    return _kind(word)


def kind_of_metric(name: str, semantics: Semantics) -> str:
    """What kind of unit a metric is told in."""
    return _kind(semantics.metric(name).unit.lower())


def account_for_units(draft: Draft, semantics: Semantics) -> None:
    """Words that are left and only name the kind of unit that the one metric is told in are accounted for."""
    if len(draft.metrics) != 1:
        return
    _as_rate(draft, semantics)
    ratio = semantics.metric(draft.metrics[0]).ratio
    if ratio is not None:
        draft.numbers = {n for n in draft.numbers if not _is_base(draft, n, ratio)}
    kind = kind_of_metric(draft.metrics[0], semantics)
    draft.left = {
        at
        for at in draft.left
        if not kind or kind_of(draft, at) != kind or _is_per(draft, at) or draft.marked.words[at].form in _CALENDAR
    }


def _as_rate(draft: Draft, semantics: Semantics) -> None:
    """Of 'fuel … per 100 km' the declared rate is asked for."""
    for name, metric in semantics.declared.metrics.items():
        ratio = None if metric.hidden else metric.ratio
        if ratio is None or ratio.of != draft.metrics[0] or ratio.over != "distance":
            continue
        if any(_is_base(draft, n, ratio) for n in draft.numbers):
            draft.metrics = [name]
            return


def _is_base(draft: Draft, n: int, ratio: Ratio) -> bool:
    """Whether a number is what a rate is told per: the 100 of 'per 100 km'."""
    quantity = draft.marked.quantities[n]
    before = draft.marked.text[: quantity.start].split()
    is_distance = quantity.unit == "length" and bool(before) and before[-1].lower() in {*_PER, "auf"}
    return is_distance and quantity.values == frozenset({ratio.times * UNITS["km"][1]})


def _is_per(draft: Draft, at: int) -> bool:
    """Whether 'per', 'an' or the like stands before a word, so that it divides."""
    return at > 0 and draft.marked.words[at - 1].text.lower() in _PER


def _kind(word: str) -> str:
    kind = UNITS.get(word, ("", 1.0))[0]
    return {"miles": "length", "miles an hour": "speed", "gallons": "volume"}.get(kind, kind)


_CALENDAR = frozenset(forms("day days week weeks month months tag tage tagen woche wochen monat monate"))
"""What no number is told in: 'how many days did it idle?' asks for something else."""
_PER = frozenset("per a an each every pro je the".split())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A unit in which figures shall be told."""

    unit: str
    factor: float
    """How many of it are one of the unit that the records have."""
    decimals: int = 0
    """At least so many."""


_MILES = r"(?:miles?|meilen?|millas?|milles|miglia|mijl(?:en)?|mil)"
_AN_HOUR = r"(?:hour|stunde|hora|heure|ora|uur|godzinę)"
_WANTED = (
    (rf"mph|{_MILES}[ /]\w+[ ’']?{_AN_HOUR}", {"km/h": Wanted("mph", 1 / 1.609344, 1)}),
    (_MILES, {"km": Wanted("miles", 1 / 1.609344, 1)}),
    (r"(?:imperial|uk|british) gallons?", {"l": Wanted("imperial gallons", 1 / 4.54609, 1)}),
    (r"gallons?|gallonen|galones|galloni|galonów", {"l": Wanted("gallons", 1 / 3.785411784, 1)}),
    (
        r"(?:how many|in|wie viele|cuántos|combien de|quanti|hoeveel|ile) minut\w+",
        {"h": Wanted("min", 60), "min": Wanted("min", 1)},
    ),
)
"""Words that ask for other units, with those by the unit that the records have; the first ones count."""


def wanted_units(text: str) -> dict[str, Wanted]:
    """The units in which a question asks for figures, by the unit that the records have."""
    found: dict[str, Wanted] = {}
    for words, wanted in _WANTED:
        if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE):
            found = wanted | found
    return found
