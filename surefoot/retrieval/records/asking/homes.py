"""Which of two things a name stands for that both have: the depot whose vehicles are meant, or the place it is."""

from __future__ import annotations

from collections.abc import Collection

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped, named
from surefoot.retrieval.records.asking.outcomes import Reason, Unclear
from surefoot.retrieval.records.asking.vocabulary import Mark, Meaning, Role
from surefoot.retrieval.records.asking.words import forms
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.times.found import Kind

_AT = frozenset("at in near to towards into bei nach zu zum zur im am an".split())
_TOWARDS = frozenset("to towards into nach zu zum zur".split())
_STAYS = frozenset(
    forms(
        "stop stops stopped visit visits visited arrive arrived arrival call called been halt reach reached "
        "go come came gehalten gestoppt besucht besuch angefahren stopp stopps"
    )
)
"""Forms of words that say that something was at a place."""
_BELONGS = frozenset(forms("belong belongs assigned allocated gehören gehört zugeordnet"))
_REACHES = frozenset(forms("visit visits visited reach reached besucht besuchte besuchten angefahren"))
"""Those that need no word between them and the place."""


def meant(draft: Draft, mark: Mark, possible: Collection[str], semantics: Semantics) -> Meaning:
    """The value that a name stands for. Raises Stopped where it is a place by which nothing can be told."""
    values = mark.of(Role.VALUE)
    usual = next((value for value in values if value.name in possible), values[0])
    lasting = {value.name for value in values if semantics.dimension(value.name).column.rpartition(".")[0]}
    place = next((value for value in values if value.name not in lasting), None)
    if place is None or not lasting:
        return usual
    told = {named(near, Role.DIMENSION) for near in (*draft.before(mark, 1), *draft.after(mark, 1))}
    if said := next((value for value in values if value.name in told), None):
        return said
    if not _is_place(draft, mark, semantics):
        return usual
    if place.name in possible or (not possible and draft.of_now):
        return place
    word = draft.marked.written(mark.first, mark.last)
    raise Stopped(Unclear(Reason.PLAN, f"I can tell stops and visits by place, and nothing else of the place {word}."))


def _is_place(draft: Draft, mark: Mark, semantics: Semantics) -> bool:
    """Whether it is asked of the place: where one that is named was, where some stopped, or whither they drove."""
    words = draft.marked.words
    before = words[mark.first - 1] if mark.first else None
    if before is None or draft.marked.has(Cue.BESIDE):
        return False
    verb = words[mark.first - 2].form if mark.first > 1 else ""
    if verb in _BELONGS:
        return False
    if before.form in _REACHES:
        return True
    now = Kind.NOW in {found.kind for found in draft.marked.times} and not draft.metrics and draft.listing is None
    if now and before.text.lower() in _AT:
        return True
    if before.text.lower() not in _AT and not (Cue.EXCEPT in _cues(draft, mark) and _has_one(draft, semantics)):
        return False
    return before.text.lower() in _TOWARDS or verb in _STAYS or _has_one(draft, semantics)


def _cues(draft: Draft, mark: Mark) -> set[str]:
    return {meaning.name for near in draft.before(mark, 1) for meaning in near.of(Role.CUE)}


def _has_one(draft: Draft, semantics: Semantics) -> bool:
    """Whether one vehicle or driver is named: then its own depot narrows nothing."""
    ones = {semantics.declared.thing, "driver"}
    return any(named(other, Role.VALUE) in ones for other in draft.marked.of(Role.VALUE))
