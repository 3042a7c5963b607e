"""Words that are known and shape nothing in a draft, so that what they say would be lost: they count as left."""

from __future__ import annotations

import re

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, named
from surefoot.retrieval.records.asking.vocabulary import Mark, Role
from surefoot.retrieval.records.asking.words import forms
from surefoot.retrieval.records.plan import Op
from surefoot.retrieval.records.semantic import Semantics

_JOINS = re.compile(r"[,;/&+]|\b(?:and|und|vs|versus|plus|as well as|sowie|against|compared|gegen)\b", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|von|aus)\W+$", re.IGNORECASE)
_TO = re.compile(r"^\W+(?:to|towards|nach|zu)\W+$", re.IGNORECASE)
_WHEN = re.compile(r"^(?:when|wann)$", re.IGNORECASE)
_WHERE = re.compile(r"^(?:where|wo)$", re.IGNORECASE)
_ORDER = re.compile(r"^\W*(?:please\W+)?(?:stop|move|send|park|bring|drive|turn)\s+(?:the\b|[A-Z]-?\d)", re.IGNORECASE)
_MAKE = re.compile(r"^makes?$", re.IGNORECASE)
_DID = re.compile(r"\b(?:did|do|does|to|will|n['’]t)\b", re.IGNORECASE)
_CHANGES = frozenset(
    forms(
        "change fall fell rise rose drop grow grew shrink shrank increase decrease up down go went gone improve worsen"
    )
)
"""Forms of words that say that it became more or less: of two times both are shown."""
_COLUMNS = frozenset(
    forms("time times date dates place places where when uhrzeit uhrzeiten zeit zeiten ort orte datum")
)
"""Forms of words for what each row of a list tells anyway."""
_NEGATIONS = frozenset({Cue.NONE, Cue.EXCEPT})
_ORDERS = frozenset({Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST, Cue.AVERAGE})


def unsaid(draft: Draft, semantics: Semantics) -> None:
    """Leave what would be lost.

    These are negations that exclude nothing, ends of a list that has none, second metrics that nothing joins to the
    first, dimensions by which nothing is told apart or narrowed, 'when' and 'where' of a mere number, ways from one
    place to another, and commands to a vehicle.
    """
    listed = draft.listing is not None and draft.top is None
    used = {*draft.by, *(single.dimension for single in draft.filters)}
    for mark in draft.marked.marks:
        lost = (
            _is_second(draft, mark)
            or (bool(draft.metrics) and all(m.role is Role.LISTING for m in mark.meanings))
            or (_is_only(mark, _NEGATIONS) and not _excludes(draft))
            or (listed and _is_only(mark, _ORDERS))
            or _is_unused(mark, used, semantics)
            or _is_destination(draft, mark)
        )
        draft.left |= set(range(mark.first, mark.last)) if lost else set()
    draft.left -= {n for n in draft.left if draft.against and draft.marked.words[n].form in _CHANGES}
    named_ones = {n for mark in draft.marked.of(Role.DIMENSION) for n in range(mark.first, mark.last)}
    words = enumerate(draft.marked.words)
    draft.left |= {n for n, word in words if n not in named_ones and _asks_otherwise(draft, word.text)}
    if draft.listing is not None and not draft.metrics:
        draft.left -= {n for n in draft.left if draft.marked.words[n].form in _COLUMNS}
    draft.left |= {0} if _ORDER.match(draft.marked.text) else set()


def _excludes(draft: Draft) -> bool:
    """Whether a filter or a limit holds what a negation says."""
    grouped = bool(draft.by or draft.grain or draft.closed or draft.counting)
    return any(single.exclude for single in draft.filters) or (grouped and _is_none(draft))


def _asks_otherwise(draft: Draft, word: str) -> bool:
    """Whether a word asks when or where, though a number is all that is told, or what it is that makes something."""
    if _MAKE.match(word) and not _DID.search(draft.marked.text) and not draft.marked.has(*_ORDERS):
        return True  # 'what makes a stop a long one' asks for a rule, 'how many stops did it make' does not
    if not draft.metrics:
        return False
    return bool(_WHEN.match(word) and not draft.grain) or bool(_WHERE.match(word) and "place" not in draft.by)


def _is_destination(draft: Draft, mark: Mark) -> bool:
    """Whether a name stands behind another as the end of a way: 'from Northgate to Eastmoor'."""
    before = [m for m in draft.before(mark) if m.of(Role.VALUE)]
    if not mark.of(Role.VALUE) or not before:
        return False
    words, text = draft.marked.words, draft.marked.text
    start, end = words[before[0].first].start, words[before[0].last - 1].end
    return bool(_FROM.search(text[:start])) and bool(_TO.match(text[end : words[mark.first].start]))


def _is_second(draft: Draft, mark: Mark) -> bool:
    """Whether a mark names another metric that nothing joins to the first: 'kilometres between stops'."""
    name = named(mark, Role.METRIC)
    if name not in draft.metrics[1:] or any(condition.metric == name for condition in draft.conditions):
        return False
    firsts = [m for m in draft.marked.of(Role.METRIC) if named(m, Role.METRIC) == draft.metrics[0] and m is not mark]
    words, text = draft.marked.words, draft.marked.text
    spans = [(words[min(m.last, mark.last) - 1].end, words[max(m.first, mark.first)].start) for m in firsts]
    return bool(firsts) and not any(_JOINS.search(text[start:end]) for start, end in spans)


def _is_none(draft: Draft) -> bool:
    return any(condition.op is Op.EQUAL or condition.op in {Op.UNDER, Op.MOST} for condition in draft.conditions)


def _is_only(mark: Mark, cues: frozenset[Cue]) -> bool:
    return all(m.role is Role.CUE and m.name in cues for m in mark.meanings)


def _is_unused(mark: Mark, used: set[str], semantics: Semantics) -> bool:
    """Whether only a dimension is named, other than the things themselves, what they are, and who drives them."""
    name = named(mark, Role.DIMENSION)
    if not name or name in used or any(m.role is not Role.DIMENSION for m in mark.meanings):
        return False
    is_told = name in {semantics.declared.thing, "driver"} or bool(semantics.dimension(name).column.rpartition(".")[0])
    return not is_told
