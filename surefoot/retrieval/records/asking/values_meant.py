"""Whether a word that names both a metric and a value, such as 'diesel' or 'idling', stands for the value."""

from __future__ import annotations

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
    behind = any(other.of(Role.DIMENSION) or other.of(Role.VALUE) for other in draft.after(mark))
    return (is_lasting and behind) or draft.of_now
