"""Whether a question that names no number asks for some figures of the things nevertheless."""

from __future__ import annotations

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.marking import Marked
from surefoot.retrieval.records.asking.vocabulary import Role
from surefoot.retrieval.records.asking.words import forms

VAGUE = frozenset(
    forms(
        "usual normal regular standard key main summary overview update situation picture things problem problems "
        "trouble wrong matter"
    )
)
"""Words that ask for some figures, without saying which."""
_FIGURES = VAGUE | frozenset(forms("numbers figures data stats statistics zahlen werte daten"))


def is_of_things(found: Marked) -> bool:
    """Whether a question of known words alone asks for figures of some things: 'which is our best van?'."""
    ends = found.has(Cue.HIGH, Cue.LOW, Cue.BEST, Cue.WORST)
    told = bool(found.times) or any(found.words[n].form in _FIGURES for n in range(len(found.words)))
    of_values = bool(found.of(Role.VALUE) or found.of(Role.DIMENSION))
    of_values = of_values or any(found.words[n].form in VAGUE for n in found.left)
    return (
        (of_values and (ends or told or bool(found.of(Role.VALUE))))
        or (ends and bool(found.quantities))
        or (told and bool(found.times))
    )
