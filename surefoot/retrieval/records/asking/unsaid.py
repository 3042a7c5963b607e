"""Words that are known and shape nothing in a draft, so that what they say would be lost: they count as left."""

from __future__ import annotations

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, named
from surefoot.retrieval.records.asking.vocabulary import Mark, Role
from surefoot.retrieval.records.plan import Op
from surefoot.retrieval.records.semantic import Semantics

_NEGATIONS = frozenset({Cue.NONE, Cue.EXCEPT})
_ORDERS = frozenset({Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST, Cue.AVERAGE})


def unsaid(draft: Draft, semantics: Semantics) -> None:
    """Leave negations that exclude nothing, ends of a list that has none, and dimensions that do nothing.

    A dimension does something where groups are told apart by it, or rows narrowed.
    """
    listed = draft.listing is not None and draft.top is None
    used = {*draft.by, *(single.dimension for single in draft.filters)}
    excludes = any(single.exclude for single in draft.filters) or _is_none(draft)
    for mark in draft.marked.marks:
        if (
            (_is_only(mark, _NEGATIONS) and not excludes)
            or (listed and _is_only(mark, _ORDERS))
            or _is_unused(mark, used, semantics)
        ):
            draft.left |= set(range(mark.first, mark.last))


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
