"""How many things there are, or were in use: questions that count them and ask for no other number."""

from __future__ import annotations

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, named
from surefoot.retrieval.records.asking.ordering import PLURAL
from surefoot.retrieval.records.asking.vocabulary import Mark, Role
from surefoot.retrieval.records.asking.words import forms
from surefoot.retrieval.records.semantic import Semantics

_ABOUT = frozenset(forms("out back away left still already yet can"))


def things(draft: Draft, semantics: Semantics) -> None:
    """Where things are counted, ask for the metric that counts them, and say so in the draft.

    Without another subject it is the number of those that are known, if nothing else is said.
    """
    thing = semantics.declared.thing
    if draft.metrics or draft.listing is not None:
        counted = draft.metrics == [_counter(semantics)] and not draft.left
        distinct = [name for name in draft.metrics if thing and semantics.metric(name).distinct == thing]
        draft.things = counted or bool(distinct)
        if distinct and not _names_things(draft, semantics):
            draft.left |= {n for m in draft.marked.marks if named(m, Role.METRIC) in distinct for n in [m.first]}
        return
    if not thing or draft.marked.times or draft.left or draft.numbers or not draft.marked.has(Cue.HOW_MANY):
        return
    counter = _counter(semantics)
    if not counter or not any(_is_thing(draft, mark, semantics) for mark in draft.marked.marks):
        return
    if any(word.form in _ABOUT for word in draft.marked.words):
        return  # 'how many are still out' is not how many there are
    draft.metrics = [counter]
    possible = semantics.dimensions_of(draft.plan())
    draft.things = all(single.dimension in possible for single in draft.filters)
    if not draft.things:
        draft.metrics = []


def _names_things(draft: Draft, semantics: Semantics) -> bool:
    """Whether some word names the things, or those of a kind; 'how many went out' does not."""
    declared = semantics.dimension(semantics.declared.thing)
    known = {form for words in (declared.title, declared.plural, *declared.words) for form in forms(words)}
    said = {word.form for word in draft.marked.words}
    return bool(known & said) or any(_is_thing(draft, mark, semantics) for mark in draft.marked.marks)


def _counter(semantics: Semantics) -> str:
    """The metric that counts all things; '' where none does."""
    for name, metric in semantics.declared.metrics.items():
        is_of_things = metric.table is not None and semantics.table(metric.table).key == semantics.declared.thing
        if metric.count and is_of_things and not metric.where and not metric.hidden:
            return name
    return ""


def _is_thing(draft: Draft, mark: Mark, semantics: Semantics) -> bool:
    """Whether a mark names the things, or those of a kind, such as 'vans' and 'electric vehicles'."""
    value = named(mark, Role.VALUE)
    is_kind = bool(value) and (semantics.dimension(value).kind or _is_of_several(draft, mark, value, semantics))
    return named(mark, Role.DIMENSION) == semantics.declared.thing or is_kind


def _is_of_several(draft: Draft, mark: Mark, dimension: str, semantics: Semantics) -> bool:
    home = semantics.dimension(dimension).column.rpartition(".")[0]
    is_lasting = bool(home) and semantics.table(home).key is not None
    return is_lasting and bool(PLURAL.search(draft.marked.written(mark.first, mark.last)))
