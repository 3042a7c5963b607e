"""Which groups a question asks for first: the most, the least, the worst, the best."""

from __future__ import annotations

import re

from surefoot.retrieval.records.asking.cues import CUES, Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped, named
from surefoot.retrieval.records.asking.outcomes import Reason, Unclear
from surefoot.retrieval.records.asking.vocabulary import Role
from surefoot.retrieval.records.plan import Top
from surefoot.retrieval.records.semantic import Semantics

PLURAL = re.compile(r"(?:s|people|zeuge|zeugen)$", re.IGNORECASE)
"""Ends of words that name several."""
SEVERAL = 5
"""Groups that 'which vehicles … most' shows."""
_ENDS = frozenset({Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST})
_WHO = re.compile(r"\b(?:who|wer)\b", re.IGNORECASE)
_EACH = re.compile(r"^(?:per|each|every|for each|of each|pro|je|jede[rsmn]?)$", re.IGNORECASE)
_IN_ONE = re.compile(
    r"\bin (?:a|one|a single) (?:day|week|hour|month)\b|\ban einem tag\b|\bin einer woche\b", re.IGNORECASE
)
_WHERE = re.compile(r"\b(?:where|wo)\b", re.IGNORECASE)


def loose(draft: Draft, semantics: Semantics) -> str:
    """The dimension that a question names without saying how; of 'which vans' the things that vans are."""
    for mark in draft.marked.of(Role.DIMENSION):
        if not mark.of(Role.METRIC) and not mark.of(Role.LISTING):
            return named(mark, Role.DIMENSION)
    things = [f.dimension for f in draft.filters if not f.exclude]
    asks = draft.marked.has(Cue.WHICH, Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST)
    kinds = [single.dimension for single in draft.filters if semantics.dimension(single.dimension).kind]
    thing = semantics.things_of(kinds[-1]) if kinds else semantics.declared.thing
    return thing if asks and thing and things and thing not in things else ""


def superlative(draft: Draft, semantics: Semantics) -> None:
    """Set which groups come first. Raises Stopped where it is not said of what, or which end is the good one."""
    if not draft.metrics and draft.listing is None:
        return  # what it is of is told by the plan before it, or by none
    if draft.hint is not None and draft.hint.lowest is not None and draft.top is None and draft.by:
        draft.top = Top(1, draft.hint.lowest)
        return
    cues = draft.marked.cues() | _implied(draft, semantics)
    if draft.listing is not None or not cues & _ENDS:
        if draft.top is not None and draft.listing is None:
            draft.top = Top(draft.top.limit)
        return
    if _is_of_each(draft, semantics):
        raise Stopped(Unclear(Reason.PLAN, "I can put all of them in one order, not find the first of each."))
    lowest = _is_lowest(cues, draft, semantics)
    if not draft.by and not draft.grain:
        if draft.against or _is_told(draft, semantics):
            return  # of two times both are shown
        draft.by.append(_ordered_by(draft, semantics))
    number = draft.top.limit if draft.top else _number_behind_end(draft)
    draft.top = Top(number or max(SEVERAL if _asks_for_several(draft) else 1, _named_ones(draft)), lowest)


def _is_of_each(draft: Draft, semantics: Semantics) -> bool:
    """Whether the first of each group, or of each step, is asked for: 'the worst van per depot'."""
    thing, asked, per = semantics.declared.thing, set[str](), set[str]()
    for mark in draft.marked.marks:
        name = named(mark, Role.DIMENSION) or (thing if mark.of(Role.VALUE) else "")
        if not name or mark.of(Role.METRIC) or mark.of(Role.LISTING):
            continue
        near = draft.before(mark, 2)
        cues = {m.name for other in near for m in other.of(Role.CUE)}
        each = any(_EACH.search(draft.marked.written(other.first, other.last)) for other in near)
        asked |= {name} if cues & {Cue.WHICH, *_ENDS} and not each else set()
        per |= {name} if each else set()
    one_step = draft.grain is not None and bool(_IN_ONE.search(draft.marked.text))
    return bool(asked and per - asked) or (one_step and bool(asked | set(draft.by)))


def _named_ones(draft: Draft) -> int:
    """How many of what is told apart are named, so that all of them are shown: 'which one drove more, R-1 or R-2'."""
    return max((len(f.values) for f in draft.filters if f.dimension in draft.by and not f.exclude), default=0)


def _number_behind_end(draft: Draft) -> int:
    """The 3 of 'trucks by distance, top 3'; it is accounted for then. 0 where there is none."""
    ends = {draft.marked.words[m.last - 1].end for m in draft.marked.of(Role.CUE) if named(m, Role.CUE) in _ENDS}
    for n in sorted(draft.numbers):
        quantity = draft.marked.quantities[n]
        value = next(iter(quantity.values), 0.0)
        if not quantity.unit and quantity.start - 1 in ends and value >= 1 and value == int(value):
            draft.numbers.discard(n)
            return int(value)
    return 0


def _is_lowest(cues: set[Cue], draft: Draft, semantics: Semantics) -> bool:
    """Which end is asked for. Raises Stopped where it is the best or the worst, and nothing says which end that is."""
    if not cues & {Cue.WORST, Cue.BEST}:
        return Cue.LOW in cues
    worse = semantics.metric(draft.metrics[0]).worse
    if worse is None:
        word = "best" if Cue.BEST in cues else "worst"
        raise Stopped(Unclear(Reason.SEVERAL_METRICS, word, known=("highest", "lowest")))
    return (worse == "low") == (Cue.WORST in cues)


def _asks_for_several(draft: Draft) -> bool:
    """Whether the dimension's name stands in the plural, as in 'which vehicles'."""
    for mark in (*draft.marked.of(Role.DIMENSION), *draft.marked.of(Role.VALUE)):
        if named(mark, Role.DIMENSION) in draft.by or mark.of(Role.VALUE):
            return bool(PLURAL.search(draft.marked.written(mark.first, mark.last)))
    return False


def _ordered_by(draft: Draft, semantics: Semantics) -> str:
    """The dimension whose groups are put in order. Raises Stopped where the question names none."""
    by = loose(draft, semantics) or _place(draft, semantics)
    if not by:
        raise Stopped(Unclear(Reason.PLAN, "", known=("by what",)))
    return by


def _is_told(draft: Draft, semantics: Semantics) -> bool:
    """Whether the end is what the metric itself tells: 'how fast was the fastest'."""
    ends = [m for m in draft.marked.of(Role.CUE) if named(m, Role.CUE) in {Cue.HIGH, Cue.LOW}]
    tells = any(semantics.metric(name).max for name in draft.metrics)
    return tells and bool(ends) and all(m.of(Role.METRIC) for m in ends)


def _implied(draft: Draft, semantics: Semantics) -> set[Cue]:
    """The end that a metric's own words name, as in 'who drove the longest trip', where it is asked who or which."""
    asked = (
        _WHO.search(draft.marked.text)
        or _WHERE.match(draft.marked.text)
        or any(
            Cue.WHICH in {m.name for before in draft.before(mark) for m in before.of(Role.CUE)}
            for mark in (*draft.marked.of(Role.DIMENSION), *draft.marked.of(Role.VALUE))
        )
    )
    if not asked or draft.conditions or not (draft.by or loose(draft, semantics) or _WHERE.match(draft.marked.text)):
        return set()
    inside = {n for mark in draft.marked.of(Role.METRIC) for n in range(mark.first, mark.last)}
    said = {CUES.get((draft.marked.words[n].form,), Cue.NEUTRAL) for n in inside}
    return said & {Cue.HIGH, Cue.LOW}


def _place(draft: Draft, semantics: Semantics) -> str:
    """'Where … most often' asks by place."""
    return "place" if "place" in semantics.declared.dimensions and _WHERE.search(draft.marked.text) else ""
