"""Whether a word that names both a metric and a value, such as 'diesel' or 'idling', stands for the value."""

from __future__ import annotations

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft
from surefoot.retrieval.records.asking.vocabulary import Mark, Role
from surefoot.retrieval.records.semantic import Semantics


def means_value(draft: Draft, mark: Mark, semantics: Semantics) -> bool:
    """Whether a mark narrows the question.

    A state does where the question asks for now; what things are, where it stands before them ('diesel vans').
    """
    values = mark.of(Role.VALUE)
    if not values:
        return False
    if not (mark.of(Role.METRIC) or mark.of(Role.LISTING)):
        return True
    home = semantics.dimension(values[0].name).column.rpartition(".")[0]
    is_lasting = bool(home) and semantics.table(home).key is not None
    ones = {semantics.declared.thing, "driver"}
    others = [
        other
        for other in draft.after(mark)
        if {value.name for value in other.of(Role.VALUE)} - ones or other.of(Role.DIMENSION)
    ]
    behind = any(other.of(Role.DIMENSION) or other.of(Role.VALUE) for other in others)
    return (is_lasting and (behind or _is_one_of_several(draft, mark))) or draft.of_now


def _is_one_of_several(draft: Draft, mark: Mark) -> bool:
    """Whether values are named beside each other, and a metric besides: 'electric vs. diesel, distance yesterday'."""
    name = mark.of(Role.VALUE)[0].name
    alike = [m for m in draft.marked.of(Role.VALUE) if m.of(Role.VALUE)[0].name == name]
    others = [m for m in alike if m is not mark]
    near = others if draft.marked.has(Cue.BESIDE) else (*draft.before(mark, 3), *draft.after(mark, 3))
    return any(m in others for m in near) and any(m not in alike for m in draft.marked.of(Role.METRIC))
