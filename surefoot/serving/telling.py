"""Tells what a model wrote: the events of a checked sentence."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot.core.nouns import AnswerEvent, ClaimChecked, Outcome
from surefoot.serving.quotes import cite
from surefoot.serving.turn import Turn
from surefoot.serving.writing import Checked


def released(turn: Turn, checked: Checked, model: str) -> Iterator[AnswerEvent]:
    """The events of a checked sentence: text with its citations, or the trace of a withheld one."""
    verdict = checked.verdict
    turn.making.claimed(checked.claim.text, verdict.units, verdict.reason)
    yield ClaimChecked(checked.claim.text, verdict.supported, verdict.reason)
    if not verdict.supported:
        turn.withheld.append(checked.claim.text)
        return
    if checked.claim.text in turn.text:
        return  # a quote on top says it already, word for word
    before = ("\n\n" if turn.model is None else " ") if turn.text else ""
    turn.model = model
    if turn.outcome is Outcome.QUOTED and not turn.text:
        turn.outcome = Outcome.ANSWERED
    span = (len(before), len(before) + len(checked.claim.text))
    citations = turn.numbered(tuple(cite(unit, span, 1.0, 0) for unit in verdict.units))
    marks = "".join(f" [{c.number}]" for c in citations)
    yield turn.add(f"{before}{checked.claim.text}{marks}", citations)
