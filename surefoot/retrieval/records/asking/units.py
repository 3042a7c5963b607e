"""Words of units: which metrics are told in them, and whether one only says how a number shall be told."""

from __future__ import annotations

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
    return "length" if kind == "miles" else kind


_CALENDAR = frozenset(forms("day days week weeks month months tag tage tagen woche wochen monat monate"))
"""What no number is told in: 'how many days did it idle?' asks for something else."""
_PER = frozenset("per a an each every pro je the".split())
